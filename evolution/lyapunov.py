r"""Lyapunov functions: what rises or falls along every orbit, because of the structure of the game.

Two structures give one [1]_ [2]_:

*Potential games.* Payoff differences are those of the gradient of f. One population: :math:`A + 1 d^T` is symmetric
for some d and :math:`f = \tfrac12 x \cdot (A + 1 d^T) x`; several: f is the exact potential's expectation. It rises
under every dynamic whose velocity agrees with payoffs (imitation, BNN, Smith, best response, projection), and
:math:`f + T \sum_i -x_i \log x_i` rises under logit choice.

*Stable games* (also called contractive). :math:`z \cdot A z \le 0` for all z of sum 0; for two populations A + B is a
sum of a row and a column vector (zero-sum but for that). What falls depends on the dynamic:

=====================  ==========================================================================
replicator             :math:`\sum_i p_i \log (p_i / x_i)`, p the equilibrium
projection             :math:`\tfrac12 |x - p|^2`
BNN                    :math:`\tfrac12 \sum_i [F_i - \bar F]_+^2`
Smith                  :math:`\tfrac12 \sum_{ij} x_i [F_j - F_i]_+^2`
best response          :math:`\max_i F_i - \bar F`
logit                  :math:`T \log \sum_i e^{F_i / T} - x \cdot F + T \sum_i x_i \log x_i`
=====================  ==========================================================================

The first two stay constant in the interior where z'Az = 0 for all such z (zero-sum games with an interior equilibrium);
on faces the second falls then.
All of it is decided in rationals.

References
----------
.. [1] J. Hofbauer and W. H. Sandholm, *J. Econ. Theory* 144 (2009) 1665 (stable games).
.. [2] W. H. Sandholm, *Population Games and Evolutionary Dynamics*, MIT Press, 2010, chapters 3 and 7.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from evolution.direct_protocols import BestResponseChoice, ExcessPayoffComparison, ProjectionProtocol, SmithComparison
from evolution.dynamics import Dynamics, State
from evolution.payoff import MultilinearField
from evolution.protocols import ImitativeProtocol, LogitChoice, ProportionalImitation

__all__ = ["LyapunovFunction", "lyapunov_functions"]

Expr = Any
Blocks = list[list[Expr]]  # by role: one expression a strategy


@dataclass(frozen=True, eq=False, slots=True)
class LyapunovFunction:
    """A function of the state that moves one way along every orbit of a dynamic.

    Parameters
    ----------
    dynamics : Dynamics
    name : str
    expression : sympy.Expr
        In `symbols`, the shares role after role.
    symbols : tuple of sympy.Symbol
    trend : str
        "rises", "falls" or "constant"; the first two at every state where the shares move, "never rises" if less is
        known.
    where : str
        "everywhere", or "interior" where on faces the function is infinite, or does otherwise.
    reason : str
        One sentence.
    """

    dynamics: Dynamics
    name: str
    expression: Expr
    symbols: tuple[Any, ...]
    trend: str
    where: str
    reason: str

    def __call__(self, x: State) -> Any:
        """The value at shares x, or along states stacked on the first axis."""
        from analytic.compiled import compile_numpy

        roles = self.dynamics.roles
        packed = np.concatenate([np.asarray(x if len(roles) == 1 else x[role], dtype=float) for role in roles], axis=-1)
        if self.where == "everywhere":
            packed = np.maximum(packed, np.finfo(float).tiny)  # x log x tends to 0 with x
        return compile_numpy(self.expression, self.symbols)(*np.moveaxis(packed, -1, 0))

    def __str__(self) -> str:
        return f"{self.name} ({self.trend}, {self.where}): {self.expression}; {self.reason}"


def lyapunov_functions(dynamics: Dynamics) -> tuple[LyapunovFunction, ...]:
    """Lyapunov functions of a matrix or normal-form game that is a potential game or a stable game.

    Parameters
    ----------
    dynamics : Dynamics
        Imitation, logit, BNN, Smith, best response or projection, without mutation.

    Returns
    -------
    tuple of LyapunovFunction
        Empty where the game is neither (decided exactly), or where none is known for the dynamic.

    Raises
    ------
    TypeError
        If the payoffs are not linear in each population's shares.

    Examples
    --------
    >>> from evolution import Replicator
    >>> for each in lyapunov_functions(Replicator([[2, 0], [0, 1]])):
    ...     print(each)
    potential (rises, everywhere): x0**2 + x1**2/2; payoff differences are those of a common potential
    """
    if not isinstance(dynamics.game, MultilinearField):
        raise TypeError(
            "the payoffs are not linear in each population's shares; Lyapunov functions are found for matrices and "
            "normal forms"
        )
    names = [f"x{i}" if len(dynamics.roles) == 1 else f"{role}_{i}" for role, i in _slots(dynamics)]
    symbols = tuple(sp.Symbol(name.replace(" ", "_"), nonnegative=True) for name in names)
    shares = [list(symbols[part]) for part in dynamics.parts]
    found = [*_of_potential(dynamics, symbols, shares), *_of_stable_game(dynamics, symbols, shares)]
    return tuple(found)


def _slots(dynamics: Dynamics) -> list[tuple[str, int]]:
    return [(role, i) for role in dynamics.roles for i in range(len(dynamics.strategies[role]))]


def _of_potential(dynamics: Dynamics, symbols: tuple[Any, ...], shares: Blocks) -> list[LyapunovFunction]:
    potential = _potential(dynamics, shares)
    if potential is None:
        return []
    reason = "payoff differences are those of a common potential"
    protocol = dynamics.protocol
    if isinstance(protocol, LogitChoice):
        entropy = -sp.Add(*(x * sp.log(x) for x in symbols))
        expression = potential + _rational(protocol.temperature) * entropy
        return [
            LyapunovFunction(dynamics, "potential plus entropy", expression, symbols, "rises", "everywhere", reason)
        ]
    if not (isinstance(protocol, ImitativeProtocol) or protocol.stationary == "nash"):
        return []
    return [LyapunovFunction(dynamics, "potential", potential, symbols, "rises", "everywhere", reason)]


def _potential(dynamics: Dynamics, shares: Blocks) -> Expr | None:
    tables = dynamics.game.exact
    if len(tables) == 1:
        A, x = tables[0], shares[0]
        n = len(A)
        shift = A[:, 0] - A[0, :]
        if any(A[i, j] + shift[j] != A[j, i] + shift[i] for i in range(n) for j in range(i)):
            return None
        return sp.Add(*(_rational(A[i, j] + shift[j]) * x[i] * x[j] / 2 for i in range(n) for j in range(n)))
    from gametheory.normal_form import NormalForm
    from gametheory.potential import exact_potential

    values = exact_potential(NormalForm(*(table.tolist() for table in tables))).values
    if values is None:
        return None
    return sp.Add(
        *(
            _rational(values[cell]) * sp.Mul(*(role[i] for role, i in zip(shares, cell, strict=True)))
            for cell in np.ndindex(values.shape)
        )
    )


def _of_stable_game(dynamics: Dynamics, symbols: tuple[Any, ...], shares: Blocks) -> list[LyapunovFunction]:
    tables = dynamics.game.exact
    kind = _definiteness(tables[0]) if len(tables) == 1 else ("null" if _opposed(tables) else "")
    known = _KNOWN.get(type(dynamics.protocol))
    if not kind or known is None:
        return []
    payoffs = _payoffs(tables, shares)
    name, build = known
    around = None
    if name in _AROUND:
        around = _equilibrium(tables)
        if kind == "null" and not all(p > 0 for role in around for p in role):
            trend = "never rises"
        else:
            trend = {"strict": "falls", "null": "constant", "semi": "never rises"}[kind]
    else:
        trend = "falls"
    centres = around or [[] for _ in shares]
    expression = sp.Add(*(build(dynamics, x, f, p) for x, f, p in zip(shares, payoffs, centres, strict=True)))
    what = {"strict": "strictly stable", "null": "null stable (zero-sum but for shifts)", "semi": "stable"}[kind]
    where = "interior" if name == "divergence" or trend == "constant" else "everywhere"  # a face cuts payoffs off
    return [LyapunovFunction(dynamics, name, expression, symbols, trend, where, f"the game is {what}")]


def _payoffs(tables: Sequence[Any], shares: Blocks) -> Blocks:
    if len(tables) == 1:
        return [[sp.Add(*(_rational(a) * x for a, x in zip(row, shares[0], strict=True))) for row in tables[0]]]
    first, second = tables
    rows = [sp.Add(*(_rational(a) * y for a, y in zip(row, shares[1], strict=True))) for row in first]
    columns = [sp.Add(*(_rational(b) * x for b, x in zip(column, shares[0], strict=True))) for column in second.T]
    return [rows, columns]


def _definiteness(A: Any) -> str:
    """Of z'Az on sum z = 0: "strict" (< 0), "null" (= 0), "semi" (<= 0) or "" (takes positive values)."""
    import flint

    sums = A + A.T
    n = len(A)
    form = [[-(sums[i, j] - sums[i, -1] - sums[-1, j] + sums[-1, -1]) for j in range(n - 1)] for i in range(n - 1)]
    if all(value == 0 for row in form for value in row):
        return "null"
    matrix = flint.fmpq_mat([[flint.fmpq(value.numerator, value.denominator) for value in row] for row in form])
    signs = [coefficient * (-1) ** (n - 1 - k) for k, coefficient in enumerate(matrix.charpoly().coeffs())]
    if any(sign < 0 for sign in signs):
        return ""  # a symmetric form is >= 0 exactly when its characteristic polynomial's signs alternate
    return "strict" if signs[0] > 0 else "semi"


def _opposed(tables: Sequence[Any]) -> bool:
    """Whether two players' payoffs sum to a row vector plus a column vector."""
    if len(tables) != 2:
        return False
    total = tables[0] + tables[1]
    return bool((total - total[:1] - total[:, :1] + total[0, 0] == 0).all())


def _equilibrium(tables: Sequence[Any]) -> list[list[Fraction]]:
    """A Nash equilibrium of a stable game; of several, one with the most strategies."""
    from gametheory import NormalForm, solve

    found = (
        solve(NormalForm.symmetric(tables[0].tolist()), "symmetric")
        if len(tables) == 1
        else solve(NormalForm(*(table.tolist() for table in tables)))
    )
    profiles = [each.exact for each in found if each.exact is not None]
    widest = max(profiles, key=lambda profile: sum(p > 0 for role in profile for p in role))
    return [list(role) for role in (widest[:1] if len(tables) == 1 else widest)]


def _divergence(_: Dynamics, x: list[Expr], f: list[Expr], p: Any) -> Expr:
    return sp.Add(*(_rational(q) * (sp.log(_rational(q)) - sp.log(s)) for q, s in zip(p, x, strict=True) if q))


def _distance(_: Dynamics, x: list[Expr], f: list[Expr], p: Any) -> Expr:
    return sp.Add(*((s - _rational(q)) ** 2 / 2 for q, s in zip(p, x, strict=True)))


def _excess(_: Dynamics, x: list[Expr], f: list[Expr], p: Any) -> Expr:
    return sp.Add(*(sp.Max(0, g - _mean(x, f)) ** 2 / 2 for g in f))


def _pairs(_: Dynamics, x: list[Expr], f: list[Expr], p: Any) -> Expr:
    return sp.Add(*(s * sp.Max(0, h - g) ** 2 / 2 for s, g in zip(x, f, strict=True) for h in f if h is not g))


def _regret(_: Dynamics, x: list[Expr], f: list[Expr], p: Any) -> Expr:
    return sp.Max(*f) - _mean(x, f)


def _perturbed(dynamics: Dynamics, x: list[Expr], f: list[Expr], p: Any) -> Expr:
    T = _rational(getattr(dynamics.protocol, "temperature"))  # noqa: B009
    entropy = sp.Add(*(s * sp.log(s) for s in x))
    return T * sp.log(sp.Add(*(sp.exp(g / T) for g in f))) - _mean(x, f) + T * entropy


def _mean(x: list[Expr], f: list[Expr]) -> Expr:
    return sp.Add(*(s * g for s, g in zip(x, f, strict=True)))


_AROUND = {"divergence", "distance"}  # those that need the equilibrium
_KNOWN: dict[type, tuple[str, Callable[..., Expr]]] = {
    ProportionalImitation: ("divergence", _divergence),
    ProjectionProtocol: ("distance", _distance),
    ExcessPayoffComparison: ("excess payoffs", _excess),
    SmithComparison: ("payoff differences", _pairs),
    BestResponseChoice: ("regret", _regret),
    LogitChoice: ("perturbed regret", _perturbed),
}


def _rational(value: Any) -> Any:
    exact = Fraction(value)
    return sp.Rational(exact.numerator, exact.denominator)
