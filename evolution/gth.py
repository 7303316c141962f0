r"""Elimination without subtractions (Grassmann, Taksar and Heyman), for laws, absorption and times of Markov chains.

Take the states out of a chain one after another; the rest is watched only while it is among the states that are left.
With p_ij the rates between different states and r_i the rate of leaving for good ("exit"),

    S_k = r_k + sum_{j > k} p_kj,      p_ij += p_ik p_kj / S_k,      r_i += p_ik r_k / S_k        (i, j > k),

where S_k takes the place of 1 - p_kk. Nothing is ever subtracted, so every result has nearly full relative accuracy,
however small it is: entrywise error O(M) roundings, whatever the condition [1]_ [2]_. Then

    long-run law (no exits)          pi_k = sum_{i > k} pi_i p_ik / S_k,   from pi_M = 1;
    sums of b on the way out         x = b + P x, solved forwards and backwards: probabilities of absorption
                                     for b = rates into a class, expected times for b = 1.

Where doubles do not reach, numbers have the mantissa of a double and an exponent of their own, so probabilities of
1e-300 and of 1e-300000 are right alike. The matrix is stored as a band in the given order; for states of a simplex in
lexicographic order that costs about Z^4 / 4 operations for three strategies (Z = 100: 0.1 s, Z = 200: 1.5 s) and
Z^7 / 56 for four (Z = 30: 1.5 s). What would take more than 4 GB or 1e11 operations is refused: three strategies beyond
Z = 628, four beyond 56, five beyond 22, Wright and Fisher's generations beyond 4000 states.

References
----------
.. [1] W. K. Grassmann, M. I. Taksar, D. P. Heyman, *Oper. Res.* 33 (1985) 1107.
.. [2] C. A. O'Cinneide, *Numer. Math.* 65 (1993) 109.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from evolution.gth_doubles import Doubles, eliminated_in_doubles, strictly

__all__ = ["Elimination", "affordable", "log_stationary", "normalised"]

Vector = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
RADIX = 512 * np.log(2.0)
NOTHING = -(2**60)
FAR = 600.0
NARROW = 400
MOST_WORK = 1e11
MOST_MEMORY = 4e9


@dataclass(frozen=True, eq=False)
class Elimination:
    """A chain whose states are taken out one by one; ask it for laws, probabilities and times.

    It is done in plain doubles where they reach, and otherwise, or in narrow bands, by the compiled kernels of
    `gth_kernels`, whose numbers have a longer exponent.

    Parameters
    ----------
    number : int
        M states.
    rows, columns : int arrays, shape (K,)
        From where to where, never the same, no pair twice.
    logs : array, shape (K,)
        Logarithms of the rates, finite.
    log_exit : array, shape (M,)
        Logarithms of the rates of leaving for good, -inf where there is no exit.

    Raises
    ------
    ValueError
        If the band is too wide for the memory or the work of some minutes; when asked, if a state but the last cannot
        be left.

    Examples
    --------
    >>> import numpy as np
    >>> ruin = Elimination(2, np.array([0, 1]), np.array([1, 0]), np.log([0.5, 0.5]), np.log([0.5, 0.5]))
    >>> np.exp(ruin.log_sums(np.zeros(2))).round(12)       # steps until one of 0, 3 is reached from 1, from 2
    array([2., 2.])
    """

    number: int
    rows: Integers
    columns: Integers
    logs: Vector
    log_exit: Vector

    def __post_init__(self) -> None:
        affordable(self.number, self.lower, self.upper)

    @property
    def lower(self) -> int:
        """Largest row - column."""
        return int((self.rows - self.columns).max(initial=0))

    @property
    def upper(self) -> int:
        """Largest column - row."""
        return int((self.columns - self.rows).max(initial=0))

    def log_weights(self) -> Vector:
        """Logarithms of the long-run law of a chain without exits, normalised."""
        if self._doubles is not None:
            with suppress(FloatingPointError), strictly():
                return normalised(_log(self._doubles.weights()))
        return normalised(self._scaled.log_weights())

    def log_sums(self, log_b: Vector) -> Vector:
        """Logarithms of x = b + P x: expected sums of b until the chain leaves by an exit."""
        if self._doubles is not None:
            with suppress(FloatingPointError), strictly():
                return _log(self._doubles.sums(_in_range(log_b)))
        return self._scaled.log_sums(log_b)

    @cached_property
    def _doubles(self) -> Doubles | None:
        """The elimination in doubles; None where they do not reach, or kernels are quicker since the band is narrow."""
        if self.number > NARROW * (self.lower + self.upper + 1):
            return None
        band = np.zeros((self.number, self.lower + self.upper + 1))
        with suppress(FloatingPointError), strictly():
            band[self.rows, self.columns - self.rows + self.lower] = _in_range(self.logs)
            return eliminated_in_doubles(band, _in_range(self.log_exit), self.lower, self.upper)
        return None

    @cached_property
    def _scaled(self) -> Scaled:
        return _eliminated_scaled(self)


@dataclass(frozen=True, eq=False, slots=True)
class Scaled:
    """The same with numbers m 2^(512 e), see `gth_kernels`: mantissas and exponents of the band and of S_k."""

    mantissa: Vector
    exponent: Integers
    pivot: Vector
    pivot_exponent: Integers
    lower: int
    upper: int

    def log_weights(self) -> Vector:
        """Logarithms of long-run weights."""
        from evolution.gth_kernels import weigh

        x, ex = _numbers(np.full(len(self.pivot), -np.inf))
        weigh(self.mantissa, self.exponent, self.lower, x, ex)
        return _logs(x, ex)

    def log_sums(self, log_b: Vector) -> Vector:
        """Logarithms of the solution of x = b + P x."""
        from evolution.gth_kernels import solve

        x, ex = _numbers(log_b)
        solve(self.mantissa, self.exponent, self.pivot, self.pivot_exponent, self.lower, self.upper, x, ex)
        return _logs(x, ex)


def log_stationary(number: int, rows: Integers, columns: Integers, logs: Vector) -> Vector:
    """Logarithms of the long-run law of an irreducible chain, or of one with a single closed class that is last.

    Examples
    --------
    >>> import numpy as np
    >>> law = log_stationary(2, np.array([0, 1]), np.array([1, 0]), np.array([-2000.0, -5000.0]))
    >>> print(law)
    [-3000.     0.]
    """
    return Elimination(number, rows, columns, logs, np.full(number, -np.inf)).log_weights()


def affordable(number: int, lower: int, upper: int) -> None:
    """Raise a ValueError if `number` states in a band of this width need more than memory or minutes allow."""
    work, memory = float(number) * (lower + 1) * (upper + 1), 16.0 * number * (lower + upper + 1)
    if work > MOST_WORK or memory > MOST_MEMORY:
        raise ValueError(
            f"{number} states with moves between places up to {max(lower, upper)} apart would take {work:.0e} "
            f"operations and {memory / 1e9:.1f} GB; the limits are {MOST_WORK:.0e} and {MOST_MEMORY / 1e9:.0f} GB: use "
            "fewer agents, sample, or small_mutation_limit where mutations are rare"
        )


def normalised(logs: Vector) -> Vector:
    """The same logarithms of weights minus the logarithm of their sum.

    Examples
    --------
    >>> import numpy as np
    >>> np.exp(normalised(np.array([-1000.0, -1000.0])))
    array([0.5, 0.5])
    """
    shifted = logs - logs.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()))


def _eliminated_scaled(chain: Elimination) -> Scaled:
    from evolution.gth_kernels import eliminate

    lower, upper = chain.lower, chain.upper
    mantissa = np.zeros((chain.number, lower + upper + 1))
    exponent = np.full(mantissa.shape, NOTHING, dtype=np.int64)
    places = chain.rows, chain.columns - chain.rows + lower
    mantissa[places], exponent[places] = _numbers(chain.logs)
    exit_m, exit_e = _numbers(chain.log_exit)
    pivot, pivot_e = _numbers(np.full(chain.number, -np.inf))
    stuck = eliminate(mantissa, exponent, exit_m, exit_e, pivot, pivot_e, lower, upper)
    if stuck < chain.number:
        raise ValueError(f"state {stuck} belongs to a class that is never left: solve each class by itself")
    return Scaled(mantissa, exponent, pivot, pivot_e, lower, upper)


def _in_range(logs: Vector) -> Vector:
    """The numbers with these logarithms, if doubles can be trusted with them."""
    if (np.isfinite(logs) & (np.abs(logs) > FAR)).any():
        raise FloatingPointError("beyond the range of doubles")
    return np.asarray(np.exp(logs))


def _log(x: Vector) -> Vector:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(x))


def _numbers(logs: Vector) -> tuple[Vector, npt.NDArray[np.int64]]:
    finite = np.isfinite(logs)
    exponent = np.full(logs.shape, NOTHING, dtype=np.int64)
    exponent[finite] = np.rint(logs[finite] / RADIX)
    mantissa = np.zeros(logs.shape)
    mantissa[finite] = np.exp(logs[finite] - exponent[finite] * RADIX)
    return mantissa, exponent


def _logs(mantissa: Vector, exponent: npt.NDArray[np.int64]) -> Vector:
    with np.errstate(divide="ignore"):
        return np.asarray(np.where(mantissa > 0, np.log(mantissa) + exponent * RADIX, -np.inf))
