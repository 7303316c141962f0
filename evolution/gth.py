r"""Elimination without subtractions (Grassmann, Taksar and Heyman), for laws, absorption and times of Markov chains.

Take the states out of a chain one after another; the rest is watched only while it is among the states that are left.
With p_ij the rates between different states and r_i the rate of leaving for good ("exit"),

    S_k = r_k + sum_{j > k} p_kj,      p_ij += p_ik p_kj / S_k,      r_i += p_ik r_k / S_k        (i, j > k),

where S_k takes the place of 1 - p_kk. Nothing is ever subtracted, so every result has nearly full relative accuracy,
however small it is: entrywise error O(M) roundings, whatever the condition [1]_ [2]_. Then

    long-run law (no exits)          pi_k = sum_{i > k} pi_i p_ik / S_k,   from pi_M = 1;
    sums of b on the way out         x = b + P x, solved forwards and backwards: probabilities of absorption
                                     for b = rates into a class, expected times for b = 1.

Numbers have the mantissa of a double and an exponent of their own, so probabilities of 1e-300 and of 1e-300000 are
right alike. The matrix is stored as a band in the given order. For states of a simplex in lexicographic order that
costs about Z^4 / 4 operations for three strategies (Z = 100: 0.1 s) and Z^7 / 56 for four.

References
----------
.. [1] W. K. Grassmann, M. I. Taksar, D. P. Heyman, *Oper. Res.* 33 (1985) 1107.
.. [2] C. A. O'Cinneide, *Numer. Math.* 65 (1993) 109.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Elimination", "affordable", "eliminated", "log_stationary"]

Vector = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
RADIX = 512 * np.log(2.0)
NOTHING = -(2**60)
MOST_WORK = 1e11
MOST_MEMORY = 4e9


@dataclass(frozen=True, eq=False, slots=True)
class Elimination:
    """A chain with its states taken out one by one; ask it for laws, probabilities and times.

    Parameters
    ----------
    mantissa, exponent : arrays, shape (M, lower + upper + 1)
        Band: below the diagonal p_ik / S_k, above it p_kj.
    pivot, pivot_exponent : arrays, shape (M,)
        S_k.
    lower, upper : int
        Width of the band on either side.
    """

    mantissa: Vector
    exponent: npt.NDArray[np.int64]
    pivot: Vector
    pivot_exponent: npt.NDArray[np.int64]
    lower: int
    upper: int

    def log_weights(self) -> Vector:
        """Logarithms of the long-run law of a chain without exits, normalised."""
        from evolution.gth_kernels import weigh

        x, ex = _numbers(np.full(len(self.pivot), -np.inf))
        weigh(self.mantissa, self.exponent, self.lower, x, ex)
        return normalised(_logs(x, ex))

    def log_sums(self, log_b: Vector) -> Vector:
        """Logarithms of x = b + P x: expected sums of b until the chain leaves by an exit."""
        from evolution.gth_kernels import solve

        x, ex = _numbers(log_b)
        solve(self.mantissa, self.exponent, self.pivot, self.pivot_exponent, self.lower, self.upper, x, ex)
        return _logs(x, ex)


def eliminated(number: int, rows: Integers, columns: Integers, logs: Vector, *, log_exit: Vector) -> Elimination:
    """Take out all states of a chain.

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
        If the band is too wide for the memory or the work of some minutes, or a state but the last cannot be left.

    Examples
    --------
    >>> import numpy as np
    >>> ruin = eliminated(2, np.array([0, 1]), np.array([1, 0]), np.log([0.5, 0.5]), log_exit=np.log([0.5, 0.5]))
    >>> np.exp(ruin.log_sums(np.zeros(2))).round(12)       # steps until one of 0, 3 is reached from 1, from 2
    array([2., 2.])
    """
    from evolution.gth_kernels import eliminate

    lower = int((rows - columns).max(initial=0))
    upper = int((columns - rows).max(initial=0))
    affordable(number, lower, upper)
    mantissa = np.zeros((number, lower + upper + 1))
    exponent = np.full(mantissa.shape, NOTHING, dtype=np.int64)
    places = rows, columns - rows + lower
    mantissa[places], exponent[places] = _numbers(logs)
    exit_m, exit_e = _numbers(log_exit)
    pivot, pivot_e = _numbers(np.full(number, -np.inf))
    stuck = eliminate(mantissa, exponent, exit_m, exit_e, pivot, pivot_e, lower, upper)
    if stuck < number:
        raise ValueError(f"state {stuck} belongs to a class that is never left: solve each class by itself")
    return Elimination(mantissa, exponent, pivot, pivot_e, lower, upper)


def log_stationary(number: int, rows: Integers, columns: Integers, logs: Vector) -> Vector:
    """Logarithms of the long-run law of an irreducible chain, or of one with a single closed class that is last.

    Examples
    --------
    >>> import numpy as np
    >>> law = log_stationary(2, np.array([0, 1]), np.array([1, 0]), np.array([-2000.0, -5000.0]))
    >>> print(law)
    [-3000.     0.]
    """
    return eliminated(number, rows, columns, logs, log_exit=np.full(number, -np.inf)).log_weights()


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
