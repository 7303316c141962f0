r"""Contests in which effort buys chances: symmetric, between two unequal players, with free entry.

Player i wins the prize V with probability :math:`x_i^r / \sum_j x_j^r` and pays c per unit of effort. Where nobody
makes an effort nobody wins. Mining, lobbying, staking for a fixed reward and bidding for votes are of this form.

With n equal players Nash is :math:`x = r (n - 1) V / (n^2 c)`; it exists in pure strategies exactly when
:math:`r \le n / (n - 1)`. Where the best are copied, effort goes to r V / (n c). `contest_equilibrium` takes any number
of unequal players.

References
----------
Tullock, G. (1980), "Efficient rent seeking". Perez-Castrillo, Verdier (1992), Public Choice 73.
Nti, K. O. (1999), "Rent-seeking with asymmetric valuations", Public Choice 98.
Hehenkamp, Leininger, Possajennikov (2004), European Journal of Political Economy 20. Budish, E. (2018), NBER 24717.
Clark, Riis (1996), "A multi-winner nested rent-seeking contest", Public Choice 87.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import sympy as sp

from ..expression import exact
from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["free_entry", "ladder_effort", "symmetric_contest", "two_player_contest", "two_prize_contest"]


@declare(
    "reward",
    source="Tullock (1980), Efficient rent seeking; Perez-Castrillo, Verdier (1992), Public Choice 73; Hehenkamp, "
    "Leininger, Possajennikov (2004), Eur. J. Polit. Econ. 20",
    V=given("currency", "prize", 100, "(0, inf)"),
    n=given("1", "players", 5, "integer [2, inf)"),
    r=given("1", "exponent of effort in the chance to win", 1, "(0, inf)"),
    c=given("currency/effort", "cost of effort", 1, "(0, inf)"),
    F=given("currency", "cost of entry", 2, "(0, inf)"),
)
def symmetric_contest(V: Expr, n: Expr, r: Expr, c: Expr, F: Expr) -> Declared:
    """A contest of n equal players for a prize V, won with probability x^r over the sum of all.

    Players spend r (n - 1)/n of the prize at Nash and r of it where the best are copied. Nobody may prefer to do
    nothing, so there is a pure equilibrium exactly when r <= n/(n - 1).
    """
    y, x = sp.Symbol("y", positive=True), sp.Symbol("x", positive=True)
    bound = n * (1 + sp.Rational(1, 10**12))  # a float n/(n - 1) may lie above it by rounding
    yield condition(
        sp.Le(r * (n - 1), bound), "a pure equilibrium needs r <= n/(n - 1), else doing nothing pays better"
    )

    def payoff(own: Expr, other: Expr, others: Expr) -> Expr:
        return V * own**r / (own**r + others * other**r) - c * own

    effort = yield formula("effort", r * (n - 1) * V / (n**2 * c), "effort", "effort per head at Nash")
    total = yield formula("total", n * effort, "effort", "effort of all at Nash")
    gets = yield formula("payoff", V * (n - r * (n - 1)) / n**2, "currency", "payoff per head at Nash")
    lost = yield formula("dissipation", r * (n - 1) / n, "1", "part of the prize that is spent at Nash")
    most = yield formula("largest_exponent", n / (n - 1), "1", "largest exponent with a pure equilibrium")
    copied = yield formula("ess", r * V / (n * c), "effort", "effort per head where the best are copied")
    yield formula("ess_payoff", V * (1 - r) / n, "currency", "payoff per head where the best are copied")
    enter = yield formula("break_even_entrants", sp.sqrt(V / F), "1", "players whose payoff at r = 1 is the entry cost")
    low = {"V": (1, 9), "r": (0.25, 1.25), "n": (2, 5), "c": (1, 2)}
    yield claim(
        "first-order condition",
        sp.Subs(sp.Derivative(payoff(y, effort, n - 1), y), y, effort),
        0,
        "no gain from a little more",
        **low,
    )
    yield claim(
        "second-order condition",
        sp.Subs(sp.Derivative(payoff(y, x, n - 1), (y, 2)), y, x),
        V * r * (n - 1) * (n * (r - 1) - 2 * r) / (n**3 * x**2),
        "negative while r (n - 2) < n: no gain from a little more or less",
        **low,
    )
    yield claim("payoff", payoff(effort, effort, n - 1), gets, "a chance of 1/n, less the effort", **low)
    yield claim("existence", sp.Subs(gets, r, most), 0, "at the largest exponent doing nothing is as good", n=(2, 9))
    yield claim(
        "dissipation",
        c * total / V,
        sp.Sum(lost / n, (sp.Symbol("i", integer=True), 1, n)),
        "spent of the prize",
        **low,
    )
    yield claim(
        "where the best are copied",
        sp.Subs(sp.Derivative(V * (y**r - x**r) / (y**r + (n - 1) * x**r) - c * (y - x), y), (y, x), (copied, copied)),
        0,
        "the mutant's lead over the others is largest at no mutation",
        **low,
    )
    yield claim("many players spend r of the prize", sp.Limit(lost, n, sp.oo), r, "dissipation with ever more players")
    yield claim("free entry", sp.Subs(gets, (r, n), (1, enter)), F, "one more player would not earn its entry cost")
    yield sketch("effort", over="n", low=2, high=20, r=(0.5, 0.75, 1))


@declare(
    "reward",
    source="Nti (1999), Rent-seeking with asymmetric valuations, Public Choice 98; Tullock (1980)",
    V=given("currency", "own value of the prize", 1, "(0, inf)"),
    W=given("currency", "the other's value of the prize", 1, "(0, inf)"),
    c=given("currency/effort", "own cost of effort", 1, "(0, inf)"),
    d=given("currency/effort", "the other's cost of effort", 2, "(0, inf)"),
    r=given("1", "exponent of effort in the chance to win", 1, "(0, 2]"),
)
def two_player_contest(V: Expr, W: Expr, c: Expr, d: Expr, r: Expr) -> Declared:
    """A contest of two with their own values and costs; only V/c and W/d count for who wins.

    The stronger wins more often; both spend the same in terms of their own value. Where the weaker would rather do
    nothing, at r > 1 + (weak/strong)^r, there is no pure equilibrium.
    """
    y, z = sp.Symbol("y", positive=True), sp.Symbol("z", positive=True)
    mine, theirs = (V / c) ** r, (W / d) ** r
    weak, strong = sp.Min(V / c, W / d), sp.Max(V / c, W / d)
    yield condition(sp.Le(r, 1 + (weak / strong) ** r), "a pure equilibrium needs r <= 1 + (weak/strong)^r")
    chance = yield formula("chance", 1 / (1 + (W * c / (d * V)) ** r), "1", "own chance to win")
    rival = 1 / (1 + (d * V / (W * c)) ** r)
    effort = yield formula("effort", r * V / c * chance * rival, "effort", "own effort")
    other = yield formula("other_effort", r * W / d * chance * rival, "effort", "the other's effort")
    gets = yield formula("payoff", V * chance * (1 - r * rival), "currency", "own payoff")
    yield formula("other_payoff", W * rival * (1 - r * chance), "currency", "the other's payoff")
    low = {"V": (1, 2), "W": (1, 2), "c": (1, 2), "d": (1, 2), "r": (0.25, 1.25)}
    payoff = V * y**r / (y**r + z**r) - c * y
    theirs_payoff = W * z**r / (y**r + z**r) - d * z
    yield claim(
        "own best effort", sp.Subs(sp.Derivative(payoff, y), (y, z), (effort, other)), 0, "first-order condition", **low
    )
    yield claim(
        "the other's best effort",
        sp.Subs(sp.Derivative(theirs_payoff, z), (y, z), (effort, other)),
        0,
        "the same, for the other",
        **low,
    )
    yield claim("chance", effort**r / (effort**r + other**r), chance, "efforts are as V/c to W/d", **low)
    yield claim("chances as values", mine / (mine + theirs), chance, "the same, in full", **low)
    yield claim("payoff", V * chance - c * effort, gets, "what is won less what is spent", **low)
    yield claim(
        "existence",
        sp.Subs(V * y / (y + z) * (1 - r * z / (y + z)), r, 1 + y / z),
        0,
        "with (V/c)^r = y the weaker's payoff is 0 at the largest exponent",
    )
    yield sketch("effort", over="V", low=0.5, high=4, r=(0.3, 0.6, 1))


@declare(
    "reward",
    source="Clark, Riis (1996), A multi-winner nested rent-seeking contest, Public Choice 87",
    V=given("currency", "first prize", 60, "[0, inf)"),
    W=given("currency", "second prize", 40, "[0, inf)"),
    n=given("1", "players", 5, "integer [2, inf)"),
    r=given("1", "exponent of effort in the chance to win", 1, "(0, 1]"),
    c=given("currency/effort", "cost of effort", 1, "(0, inf)"),
)
def two_prize_contest(V: Expr, W: Expr, n: Expr, r: Expr, c: Expr) -> Declared:
    """A contest with two prizes: the winner of the first leaves, the others contest the second with the same effort.

    A second prize draws less effort than a first one of its size, since it is won also by those who tried less. With
    two players it lowers effort: nobody is left without a prize. `ladder_effort` takes any number of prizes.
    """
    y, x = sp.Symbol("y", positive=True), sp.Symbol("x", positive=True)
    yield condition(
        sp.Ge(V * (n - 1) ** 2 + W * (n**2 - 3 * n + 1), 0), "the first prize must be large enough that effort pays"
    )
    push = V * (n - 1) ** 2 + W * (n**2 - 3 * n + 1)
    effort = yield formula("effort", r * push / (n**2 * (n - 1) * c), "effort", "effort per head")
    gets = yield formula("payoff", (V + W) / n - r * push / (n**2 * (n - 1)), "currency", "payoff per head")
    first = y**r / (y**r + (n - 1) * x**r)
    second = y**r / (y**r + (n - 2) * x**r)
    payoff = V * first + W * (1 - first) * second - c * y
    low = {"V": (5, 9), "W": (1, 2), "r": (0.25, 1), "n": (3, 6)}
    yield claim(
        "first-order condition",
        sp.Subs(sp.Derivative(payoff, y), (y, x), (effort, effort)),
        0,
        "chances in the first draw, and in the second if the first was lost",
        **low,
    )
    yield claim("payoff", sp.Subs(payoff, (y, x), (effort, effort)), gets, "prizes by lot, less the effort", **low)
    yield claim("one prize", sp.Subs(effort, W, 0), r * (n - 1) * V / (n**2 * c), "is Tullock's contest", n=(2, 9))
    yield claim(
        "a second prize draws less",
        sp.Derivative(effort, V) - sp.Derivative(effort, W),
        r / (n * (n - 1) * c),
        "moving a unit from the second prize to the first adds effort",
        n=(2, 9),
    )
    yield sketch("effort", over="n", low=3, high=20, W=(0, 40, 60))


def _number(name: str, value: Any, *, zero: bool = False) -> Fraction:
    """A number, exactly as written: 0.1 is one tenth."""
    try:
        read = exact(value)
        found = Fraction(int(read.p), int(read.q))
    except (AttributeError, TypeError, ValueError):
        raise ValueError(f"{name} is a finite number, got {value!r:.60}") from None
    if found < 0 or (found == 0 and not zero):
        raise ValueError(f"{name} = {value} is outside {'[' if zero else '('}0, inf)")
    return found


def _whole(name: str, value: Any, least: int) -> int:
    if (
        isinstance(value, bool)
        or value != value
        or value in (math.inf, -math.inf)
        or int(value) != value
        or value < least
    ):
        raise ValueError(f"{name} = {value} is outside integer [{least}, inf)")
    return int(value)


def free_entry(prize: Any, entry_cost: Any, *, exponent: Any = 1) -> int:
    """How many equal players enter a contest, each paying a fixed cost besides its effort.

    Parameters
    ----------
    prize, entry_cost : number
        Positive, in currency; read exactly as written, so that a player who just breaks even enters.
    exponent : number
        In (0, 1], for which Nash exists with any number of players.

    Returns
    -------
    int
        The largest n with V (n - r (n - 1)) / n^2 >= F; 0 where even a lone player, who wins without effort, would not
        earn the cost.

    Raises
    ------
    ValueError
        For a number outside its domain.

    References
    ----------
    Budish, E. (2018), "The economic limits of Bitcoin and the blockchain", NBER 24717.

    Examples
    --------
    >>> free_entry(100, 1), free_entry(100, 5), free_entry(1, 2)
    (10, 4, 0)
    """
    V, F, r = _number("prize", prize), _number("entry_cost", entry_cost), _number("exponent", exponent)
    if r > 1:
        raise ValueError(f"exponent = {exponent} is outside (0, 1]: above 1 Nash exists for few players only")
    # V (n - r n + r) >= F n^2, a parabola in n that is above 0 up to its larger root
    ratio = V / F
    a, b = ratio * (1 - r), ratio * r
    n = int((a + _root_below(a * a + 4 * b)) / 2)
    while n > 0 and ratio * (n - r * (n - 1)) < n * n:
        n -= 1
    while ratio * (n + 1 - r * n) >= (n + 1) ** 2:
        n += 1
    return n


def _root_below(square: Fraction) -> Fraction:
    """A root to within 1, from below, for numbers beyond floats too."""
    return Fraction(math.isqrt(square.numerator // square.denominator))


def ladder_effort(prizes: Any, players: int, *, exponent: Any = 1, cost: Any = 1) -> Fraction:
    """Effort per head for several prizes that are drawn one after the other among those who are left.

    Parameters
    ----------
    prizes : sequence of number
        First, second, ...; not negative, at most as many as players.
    players : int
        At least 2.
    exponent : number
        In (0, 1].
    cost : number
        Of a unit of effort.

    Returns
    -------
    Fraction
        r/(n c) times the sum over the prizes of V_l (1 - sum_{s < l} 1/(n - s)), l = 1, ..., s = 0, ...

    Raises
    ------
    ValueError
        For a number outside its domain, and where the sum is negative: then the best effort is none.

    References
    ----------
    Clark, Riis (1996), Public Choice 87, equation 5.

    Examples
    --------
    >>> ladder_effort([100], 5), ladder_effort([60, 40], 5)
    (Fraction(16, 1), Fraction(14, 1))
    """
    n, r, c = _whole("players", players, 2), _number("exponent", exponent), _number("cost", cost)
    values = [_number("prizes", each, zero=True) for each in prizes]
    if r > 1:
        raise ValueError(f"exponent = {exponent} is outside (0, 1]")
    if not 1 <= len(values) <= n:
        raise ValueError(f"there are {len(values)} prizes for {n} players: give 1 to {n}")
    weight, push = Fraction(1), Fraction(0)
    for place, value in enumerate(values):
        weight -= Fraction(1, n - place)
        push += value * weight
    if push < 0:
        raise ValueError("late prizes are so large that effort lowers what one gets: put more on the first")
    return r * push / (n * c)
