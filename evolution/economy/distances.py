r"""How far simulation is from theory: paths, time averages, limit laws.

    sup distance     max_t |x^N(t) - x(t)| over a finite horizon; `slope_in_size` says how it falls with N
    time average     total variation of the time-averaged shares to an equilibrium
    Kolmogorov       sup_z |F_n(z) - F(z)| of a sample to a limit law

`total_variation` of two laws, `slope_in_size` and the verdicts are in `evolution.agreement`.

References
----------
Kurtz, T. G. (1970). Solutions of ordinary differential equations as limits of pure jump Markov processes. Journal
    of Applied Probability 7, 49-58.
Kolmogorov (1933). Marsaglia, G., Tsang, W. W., Wang, J. (2003). Evaluating Kolmogorov's distribution.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..agreement import total_variation
from .ledger import Array
from .samples import numbers, plain, window


def time_average_distance(shares: Any, equilibrium: Any, *, burn_in: int = 0) -> float:
    """Total variation of the time-averaged shares to an equilibrium; cycles around it average out.

    Parameters
    ----------
    shares : array_like (T, policies)
        >= 0, each record summing to 1.
    equilibrium : array_like (policies,)
        Likewise.
    burn_in : int
        Records left out at the beginning.

    Returns
    -------
    float
        In [0, 1].

    Raises
    ------
    TypeError, ValueError
        For shares that are none, or another number of policies.

    Examples
    --------
    >>> time_average_distance([[1, 0], [0, 1]], [0.5, 0.5])
    0.0
    """
    path, rest = records_of_shares(shares, 1), records_of_shares([equilibrium], 1)[0]
    if path.shape[1] != len(rest):
        raise ValueError(f"equilibrium must name {path.shape[1]} policies, as the records do, not {len(rest)}")
    return total_variation(np.mean(window(path, "shares", axis=0, burn_in=burn_in, least=1), axis=-1), rest)


def sup_distance(runs: Any, path: Any) -> Any:
    """The greatest distance of a run from a path over the whole horizon.

    Parameters
    ----------
    runs : array_like (..., T)
        One run, or one a row.
    path : array_like (T,)
        At the same times.

    Returns
    -------
    float or array
        One a run, in the unit of the state. `evolution.agreement.slope_in_size` estimates how it falls with N.

    Raises
    ------
    TypeError, ValueError
        For another number of records, or values missing or infinite.

    Examples
    --------
    >>> sup_distance([[0, 1, 2], [0, 0, 0]], [0, 1, 1]).tolist()
    [1.0, 1.0]
    """
    x, theory = numbers(runs, "runs"), numbers(path, "path")
    if theory.shape != x.shape[-1:]:
        raise ValueError(f"path must have the {x.shape[-1]} records of the runs, not the shape {theory.shape}")
    return plain(np.max(np.abs(x - theory), axis=-1))


@dataclass(frozen=True, slots=True)
class LawDistance:
    """A sample against a continuous law.

    Parameters
    ----------
    distance : float
        In [0, 1].
    p_value : float
        How often a sample of that size from the law itself is as far away; of independent values only.
    """

    distance: float
    p_value: float


def kolmogorov_distance(sample: Any, law: Callable[[Array], Any]) -> LawDistance:
    """The greatest gap between a sample's distribution function and a law's.

    Parameters
    ----------
    sample : array_like (n,)
        Independent values: one a seed, or batch means.
    law : callable
        The distribution function of a continuous law, array to array; `cdf` of a SciPy law.

    Returns
    -------
    LawDistance

    Raises
    ------
    TypeError, ValueError
        For values missing or infinite, or a law outside [0, 1] or falling.

    Examples
    --------
    >>> round(kolmogorov_distance([0.1, 0.5, 0.9], lambda z: z).distance, 9)
    0.233333333
    """
    from scipy.stats import kstwo

    z = np.sort(numbers(sample, "sample"))
    if z.ndim != 1:
        raise ValueError(f"sample must be one row of values, not of shape {z.shape}")
    F = numbers(law(z), "law")
    if F.shape != z.shape or np.any(F < 0) or np.any(F > 1) or np.any(np.diff(F) < 0):
        raise ValueError("law must be a distribution function: within [0, 1] and not falling, one value each")
    below = np.arange(len(z)) / len(z)
    distance = float(np.max(np.maximum(F - below, below + 1 / len(z) - F)))
    return LawDistance(distance, float(np.clip(kstwo.sf(distance, len(z)), 0.0, 1.0)))


def records_of_shares(shares: Any, least: int) -> Array:
    """Records of shares, checked: rows >= 0 that sum to 1.

    >>> records_of_shares([[1, 0]], 1).tolist()
    [[1.0, 0.0]]
    """
    x = numbers(shares, "shares", sign=">= 0")
    if x.ndim != 2 or len(x) < least:
        raise ValueError(f"shares must be (records, policies) with at least {least} record(s), not of shape {x.shape}")
    if np.any(np.abs(np.sum(x, axis=1) - 1) > 1e-9):
        raise ValueError(f"shares must sum to 1 in every record, not to {np.sum(x, axis=1)[:5]} at the beginning")
    return x
