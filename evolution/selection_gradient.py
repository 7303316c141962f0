r"""The gradient of selection: where a finite population is expected to go from each state.

The expected change of the counts in one step,

    G_j(n) = E[n'_j - n_j] = sum_i (T_ij(n) - T_ji(n)),

with two strategies G_1 = T_+ - T_-, the gradient of selection; with more a vector at every state of the simplex, its
entries sum to 0. For Wright-Fisher a step is a generation. Differences are formed from ratios, T_+ - T_- =
T_+ (1 - T_-/T_+), so they keep their digits when selection is weak.

References
----------
.. [1] J. M. Pacheco, F. C. Santos, M. O. Souza, B. Skyrms, *Proc. R. Soc. B* 276 (2009) 315.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from evolution.counts import all_counts
from evolution.population_process import Conventions, Process

__all__ = ["SelectionGradient", "gradient_of_selection"]

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True, repr=False)
class SelectionGradient:
    """Expected change in one step at every state.

    Parameters
    ----------
    process : Process
        Whose gradient it is.
    counts : array, shape (M, s)
        The states; with two strategies state k has k agents on the first.
    change : array, shape (M, s)
        Expected change of the counts in one step; rows sum to 0.
    """

    process: Process
    counts: npt.NDArray[np.int64]
    change: Vector

    @property
    def shares(self) -> Vector:
        """The states as shares, shape (M, s)."""
        return np.asarray(self.counts / self.process.size)

    @property
    def turns(self) -> tuple[tuple[float, bool], ...]:
        """With two strategies, the shares x of the first where the gradient changes sign, and whether x attracts.

        By linear interpolation between neighbouring states; homogeneous states without mutation are left out.

        Raises
        ------
        ValueError
            If there are not two strategies.
        """
        if self.counts.shape[1] != 2:
            raise ValueError(f"turns are for two strategies, not for {', '.join(self.process.strategies)}")
        value = self.change[:, 0]
        moved = np.flatnonzero(value != 0)
        found = []
        for a, b in pairwise(moved):
            if (value[a] > 0) != (value[b] > 0):
                k = (a + b) / 2 if b > a + 1 else a + value[a] / (value[a] - value[b])
                found.append((float(k) / self.process.size, bool(value[a] > 0)))
        return tuple(found)

    @property
    def conventions(self) -> Conventions:
        """What the process counts and compares."""
        return self.process.conventions

    def __repr__(self) -> str:
        return f"SelectionGradient at {len(self.counts)} states of {self.process.size} agents"


def gradient_of_selection(process: Process) -> SelectionGradient:
    """Expected change of the counts in one step, at every state, mutation included.

    Parameters
    ----------
    process : Process
        Any number of strategies.

    Returns
    -------
    SelectionGradient

    Raises
    ------
    ValueError
        If there are more than five million states.

    References
    ----------
    .. [1] J. M. Pacheco, F. C. Santos, M. O. Souza, B. Skyrms, *Proc. R. Soc. B* 276 (2009) 315.

    Examples
    --------
    >>> from evolution import PairwiseComparison
    >>> hawks = gradient_of_selection(PairwiseComparison([[-0.5, 2], [0, 1]], 101))
    >>> [(round(x, 3), attracts) for x, attracts in hawks.turns]      # (Z + 3/2) / (3 Z/2), near 2/3
    [(0.677, True)]
    """
    counts = all_counts(process.size, len(process.strategies))
    return SelectionGradient(process, counts, process.expected_change(counts))
