r"""Equilibria and optima of games on a graph.

For a payoff :math:`k + a x + q x^2 + d x N + b N + g N^2` (linear-quadratic) with rational numbers everything
is exact:

* q <= 0: the conditions of Nash equilibrium are the affine variational inequality of `methods.box_inequality`
  with :math:`M = -2 q I - d W`; payoffs are concave in the own action, so the conditions suffice;
* q > 0: best replies are ends of the interval only, and all :math:`2^n` profiles of ends are tried;
* the planner's welfare, the sum of payoffs, is quadratic with :math:`M = -2 q I - d (W + W^T) - 2 g W^T W`;
  if M is positive definite its maximiser is the one solution of the same kind of conditions.

Other payoffs: best replies are iterated in floats, and the regret of what they reach is bounded by interval
arithmetic.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from gametheory.equilibrium import Equilibrium, EquilibriumSet, isolated
from gametheory.methods.box_inequality import BoxAnswers, is_positive_definite, solve_box
from gametheory.methods.branch_and_bound import bound_maximum
from gametheory.network import Network
from gametheory.root_isolation import rational

__all__ = ["solve_network"]

CONCEPTS = ("nash", "joint optimum", "social optimum")
_MOST_CORNERS, _MOST_SWEEPS, _SETTLED, _FAR = 2**14, 300, 1e-12, 1e9
Weights = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True, slots=True)
class _Quadratic:
    """Coefficients of x, x^2, x N, N, N^2."""

    a: Fraction
    q: Fraction
    d: Fraction
    b: Fraction
    g: Fraction


def solve_network(game: Network, concept: str = "nash") -> EquilibriumSet:
    """Find the equilibria, or the welfare optimum, of a game on a graph.

    Parameters
    ----------
    game : Network
        The game.
    concept : {"nash", "joint optimum", "social optimum"}
        The two optima are the same: the greatest sum of payoffs.

    Returns
    -------
    EquilibriumSet
        One player a node, in the order of `game.nodes`; exact for linear-quadratic payoffs.

    Raises
    ------
    ValueError
        If the concept is unknown, or an optimum is asked for a payoff that is not linear-quadratic.

    References
    ----------
    C. Ballester, A. Calvó-Armengol, Y. Zenou, Econometrica 74 (2006) 1403-1417.

    Examples
    --------
    >>> import networkx
    >>> x, N = sp.symbols("x N")
    >>> game = Network(networkx.star_graph(3), x - x**2 / 2 + x * N / 5, x, N, (0, sp.oo))
    >>> print(solve_network(game)[0])
    (20/11) (15/11) (15/11) (15/11)
    """
    if concept not in CONCEPTS:
        raise ValueError(f"concept is {concept!r}; a network game knows {', '.join(CONCEPTS)}")
    payoff = _quadratic(game)
    if payoff is None and concept != "nash":
        raise ValueError(f"the optimum is found for linear-quadratic payoffs only, not for {game.payoff_expression}")
    if payoff is None:
        return _by_best_replies(game)
    if concept == "nash":
        return _collected(game, payoff, _nash(game, payoff), concept)
    return _collected(game, payoff, _optimum(game, payoff), concept)


def _quadratic(game: Network) -> _Quadratic | None:
    if not game.payoff_expression.is_polynomial(game.action, game.neighbours):
        return None
    polynomial = sp.Poly(game.payoff_expression, game.action, game.neighbours)
    if polynomial.total_degree() > 2 or not all(c.is_Rational for c in polynomial.coeffs()):
        return None
    powers = ((1, 0), (2, 0), (1, 1), (0, 1), (0, 2))
    return _Quadratic(*(rational(polynomial.coeff_monomial(monomial)) for monomial in powers))


def _nash(game: Network, p: _Quadratic) -> BoxAnswers:
    lo, hi = Fraction(game.interval[0]), game.interval[1]
    size = range(len(game.nodes))
    if p.q > 0:
        return _at_corners(game, p)
    M = [[(-2 * p.q if i == j else Fraction(0)) - p.d * game.weights[i][j] for j in size] for i in size]
    found = solve_box(M, [p.a] * len(game.nodes), lo, hi)
    if found.solutions or not found.complete:
        return found
    radius = spectral_radius(game, p)
    told = f" The strength of interaction times the spectral radius of the graph is {radius:.6g}, not below 1."
    return BoxAnswers((), True, found.reason + (told if radius >= 1 and math.isinf(hi) else ""))


def spectral_radius(game: Network, p: _Quadratic) -> float:
    """Return the spectral radius of d W / (-2 q): best replies contract if it is below 1."""
    if p.q == 0:
        return math.inf if p.d != 0 else 0.0
    matrix = np.array(game.weights, dtype=float) * float(p.d / (-2 * p.q))
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def _at_corners(game: Network, p: _Quadratic) -> BoxAnswers:
    """Payoffs convex in the own action: only ends of the interval can be best replies."""
    lo, hi = Fraction(game.interval[0]), game.interval[1]
    if math.isinf(hi):
        return BoxAnswers((), True, "No equilibrium: the payoff is convex in an action without upper end.")
    count = len(game.nodes)
    if 2**count > _MOST_CORNERS:
        return BoxAnswers((), False, f"Payoffs are convex and 2^{count} profiles of ends are too many to try.")
    top = Fraction(hi)
    found = []
    for profile in product((lo, top), repeat=count):
        rises = [p.a + p.q * (top + lo) + p.d * seen for seen in _seen(game.weights, profile)]
        if all(rise >= 0 if x == top else rise <= 0 for x, rise in zip(profile, rises, strict=True)):
            found.append(profile)
    return BoxAnswers(tuple(found), True, f"Payoffs are convex in the own action; all 2^{count} profiles were tried.")


def _optimum(game: Network, p: _Quadratic) -> BoxAnswers:
    lo, hi = Fraction(game.interval[0]), game.interval[1]
    size = range(len(game.nodes))
    W = game.weights
    squares = [[sum((W[k][i] * W[k][j] for k in size), Fraction(0)) for j in size] for i in size]
    M = [
        [(-2 * p.q if i == j else Fraction(0)) - p.d * (W[i][j] + W[j][i]) - 2 * p.g * squares[i][j] for j in size]
        for i in size
    ]
    right = [p.a + p.b * sum((W[k][i] for k in size), Fraction(0)) for i in size]
    if is_positive_definite(M):
        found = solve_box(M, right, lo, hi)
        return BoxAnswers(found.solutions, found.complete, f"The sum of payoffs is strictly concave. {found.reason}")
    if math.isinf(hi) and not all(
        cell > 0 if i == j else cell >= 0 for i, row in enumerate(M) for j, cell in enumerate(row)
    ):
        if _is_unbounded(M):
            return BoxAnswers((), True, "No optimum: the sum of payoffs grows without bound along a direction.")
        return BoxAnswers((), False, "The sum of payoffs is not strictly concave; give a finite upper end.")
    found = solve_box(M, right, lo, hi)
    if not found.complete or not found.solutions:
        return BoxAnswers((), False, f"The sum of payoffs is not strictly concave. {found.reason}")
    values = [_form(M, right, point) for point in found.solutions]
    best = tuple(point for point, value in zip(found.solutions, values, strict=True) if value == max(values))
    return BoxAnswers(best, True, f"The best of all points that meet the first-order conditions. {found.reason}")


def _is_unbounded(M: list[list[Fraction]]) -> bool:
    """Whether z.Mz < 0 for a nonnegative z, the eigenvector of the least eigenvalue, checked exactly."""
    _, vectors = np.linalg.eigh(np.array(M, dtype=float))
    z = [Fraction(abs(float(v))).limit_denominator(10**6) for v in vectors[:, 0]]
    return _form(M, [Fraction(0)] * len(z), z) > 0


def _form(M: list[list[Fraction]], right: list[Fraction], x: tuple[Fraction, ...] | list[Fraction]) -> Fraction:
    """Return right.x - x.Mx / 2: the welfare but for a constant."""
    images = [sum((a * b for a, b in zip(row, x, strict=True)), Fraction(0)) for row in M]
    return sum((r * v - v * m / 2 for r, v, m in zip(right, x, images, strict=True)), Fraction(0))


def _seen(weights: Weights, profile: tuple[Fraction, ...]) -> list[Fraction]:
    return [sum((w * x for w, x in zip(row, profile, strict=True)), Fraction(0)) for row in weights]


def _collected(game: Network, p: _Quadratic, found: BoxAnswers, concept: str) -> EquilibriumSet:
    answers = tuple(_answer(game, p, point, concept) for point in found.solutions)
    return EquilibriumSet(
        equilibria=answers,
        complete=found.complete,
        reason=found.reason,
        concept=concept,
        method="exact first-order conditions",
        game=game.name,
        components=isolated(len(answers)) if found.complete else (),
    )


def _answer(game: Network, p: _Quadratic, point: tuple[Fraction, ...], concept: str) -> Equilibrium:
    seen = _seen(game.weights, point)
    payoffs = tuple(_payoff(game, x, n) for x, n in zip(point, seen, strict=True))
    regret = max(_best(game, p, n) - payoff for n, payoff in zip(seen, payoffs, strict=True))
    proof = "Every node's payoff was compared exactly with that of its best reply."
    if concept != "nash":
        proof = f"First-order conditions of the sum of payoffs, exactly. {proof}"
    return Equilibrium(
        profile=tuple(np.array([float(x)]) for x in point),
        exact=tuple((x,) for x in point),
        regret=regret,
        support=((),) * len(point),
        certificate=proof,
        names=tuple(str(node) for node in game.nodes),
        labels=((str(game.action),),) * len(point),
        details={
            "payoffs": payoffs,
            "welfare": sum(payoffs, Fraction(0)),
            "spectral radius": spectral_radius(game, p),
        },
    )


def _payoff(game: Network, x: Fraction, seen: Fraction) -> Fraction:
    return rational(game.payoff_expression.subs({game.action: _sympy(x), game.neighbours: _sympy(seen)}))


def _best(game: Network, p: _Quadratic, seen: Fraction) -> Fraction | float:
    """Return the greatest payoff against what a node sees: at an end, or where the derivative vanishes."""
    lo, hi = Fraction(game.interval[0]), game.interval[1]
    slope = p.a + p.d * seen
    if math.isinf(hi) and (p.q > 0 or (p.q == 0 and slope > 0)):
        return math.inf
    choices = [lo] if math.isinf(hi) else [lo, Fraction(hi)]
    if p.q < 0 and lo < slope / (-2 * p.q) < hi:
        choices.append(slope / (-2 * p.q))
    return max(_payoff(game, x, seen) for x in choices)


def _sympy(value: Fraction) -> sp.Rational:
    return sp.Rational(value.numerator, value.denominator)


def _by_best_replies(game: Network) -> EquilibriumSet:
    """Iterate best replies from the middle of the interval, and bound the regret of the end."""
    lo, hi = game.interval
    x = np.full(len(game.nodes), float(lo) + (1.0 if math.isinf(hi) else (float(hi) - float(lo)) / 2))
    for _ in range(_MOST_SWEEPS):
        before = x.copy()
        for node in range(len(x)):
            x[node] = _best_reply(game, x, node)[0]
        if np.abs(x - before).max() <= 1e-7 * max(1.0, np.abs(x).max()) or np.abs(x).max() > _FAR:
            break
    x = _polished(game, x)
    regret = max(_best_reply(game, x, node)[1] for node in range(len(x)))
    found: tuple[Equilibrium, ...] = ()
    if regret <= 1e-8 * max(1.0, float(np.abs(x).max())):
        found = (
            Equilibrium(
                profile=tuple(np.array([value]) for value in x),
                exact=None,
                regret=regret,
                support=((),) * len(x),
                certificate="Interval arithmetic bounds every node's gain over all of its actions.",
                names=tuple(str(node) for node in game.nodes),
                labels=((str(game.action),),) * len(x),
                details={"payoffs": tuple(game.payoff(x).tolist())},
            ),
        )
    told = "Best replies were iterated from one start; other equilibria may exist."
    lost = "Iterated best replies did not settle; this proves neither existence nor absence of equilibria."
    return EquilibriumSet(
        equilibria=found,
        complete=False,
        reason=told if found else lost,
        concept="nash",
        method="best replies with interval bound",
        game=game.name,
    )


def _best_reply(game: Network, x: NDArray[np.float64], node: int) -> tuple[float, float]:
    """Return a best reply and a rigorous bound of its gain at the floats given."""
    exact = tuple(Fraction(float(value)) for value in x)
    seen = _seen(game.weights, exact)[node]
    payoff = game.payoff_expression.subs(game.neighbours, _sympy(seen))
    gain = payoff - payoff.subs(game.action, _sympy(exact[node]))
    bounds = bound_maximum(gain, game.action, *game.interval, tolerance=_SETTLED)
    return bounds.best, max(0.0, bounds.upper)


def _polished(game: Network, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the zero of the first-order conditions of the nodes inside the interval, near x."""
    from scipy.optimize import root

    from analytic.compiled import compile_numpy

    lo, hi = (float(end) for end in game.interval)
    inside = (x > lo + 1e-6) & (x < hi - 1e-6)
    if not inside.any():
        return x
    slope = compile_numpy(sp.diff(game.payoff_expression, game.action), (game.action, game.neighbours))
    weights = np.array(game.weights, dtype=float)

    def conditions(free: NDArray[np.float64]) -> NDArray[np.float64]:
        state = x.copy()
        state[inside] = free
        return np.asarray(slope(state, weights @ state), dtype=float)[inside]

    fit = root(conditions, x[inside], tol=1e-14)
    better = x.copy()
    better[inside] = np.clip(fit.x, lo, hi)
    return better if np.abs(better - x).max() <= 1e-3 * max(1.0, np.abs(x).max()) else x
