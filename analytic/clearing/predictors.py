r"""Markets whose traders choose between predictors by their past profit: rational routes to randomness.

Prices are deviations from the rest. With n the share of those who pay C to know better, m = 2 n - 1 is the difference
of the shares, and discrete choice of intensity beta gives m = tanh(beta/2 (profit difference - C)).

Brock-Hommes 1997: suppliers b p^e, demand -B p; naive suppliers expect the last price, rational ones know the next:

    p' = -b (1 - m) p / (2 B + b (1 + m)),    m' = tanh(beta/2 (b/2 (p' - p)^2 - C)).

Brock-Hommes 1998: an asset with gross return R; trend chasers expect g p, fundamentalists pay C and expect 0.

References
----------
Brock, Hommes (1997), Econometrica 65, 1059-1095; Brock, Hommes (1998), J. Economic Dynamics and Control 22,
1235-1274.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["costly_predictors", "trend_chasers"]

_CHOICE = given("1/currency", "intensity of choice", 0.5, "(0, inf)", latex=r"\beta")
_COST = given("currency", "cost of the better predictor", 1, "(0, inf)")


@declare(
    "clearing",
    source="Brock, Hommes (1997), A rational route to randomness, Econometrica 65, 1059-1095",
    b=given("token^2/currency", "slope of supply in the price expected", 1.35, "(0, inf)"),
    B=given("token^2/currency", "slope of demand", 0.5, "(0, inf)"),
    C=_COST,
    beta=_CHOICE,
    p=given("currency/token", "price now, as deviation from the rest", 0.1, "real"),
    m=given("1", "share of rational less share of naive suppliers", -0.2, "[-1, 1]"),
)
def costly_predictors(b: Expr, B: Expr, C: Expr, beta: Expr, p: Expr, m: Expr) -> Declared:
    """A cobweb whose suppliers expect the last price for nothing, or pay C and know the next one.

    When prices are calm the cost is not worth paying; naive suppliers then shake the price, and it is again.
    """
    after = yield formula("step", -b * (1 - m) * p / (2 * B + b * (1 + m)), "currency/token", "price one period later")
    mood = yield formula(
        "mood", sp.tanh(beta / 2 * (b / 2 * (after - p) ** 2 - C)), "1", "difference of the shares one period later"
    )
    rest = yield formula("rest", -sp.tanh(beta * C / 2), "1", "difference of the shares at rest")
    factor = yield formula(
        "multiplier", -b * (1 - rest) / (2 * B + b * (1 + rest)), "1", "factor of a deviation at rest in one period"
    )
    bound = yield formula("bound", sp.log((b + B) / (b - B)) / C, "1/currency", "intensity below which it rests; b > B")
    x, rational = sp.Symbol("x", real=True), (1 + m) / 2
    market = b * (rational * x + (1 - rational) * p) + B * x
    yield claim("the market clears", sp.Subs(market, x, after), sp.Integer(0), "supply of both kinds less demand")
    yield claim("rest", sp.Subs(mood, p, 0), rest, "where the price does not move, knowing it is worth nothing")
    yield claim("multiplier", sp.Subs(sp.Derivative(after, p), m, rest), factor, "slope of the rule at rest")
    steep = {"b": (1, 2), "B": (0.1, 0.9)}
    turning = sp.Subs(factor.rewrite(sp.exp), beta, bound)
    yield claim("bound", turning, sp.Integer(-1), "there a deviation changes its sign and keeps its size", **steep)
    cycle = yield formula(
        "cycle",
        sp.sqrt(sp.Max(0, C - sp.log((b + B) / (b - B)) / beta) / (2 * b)),
        "currency/token",
        "deviation of the 2-cycle; 0 up to the bound",
    )
    around = {**steep, "C": (1, 2), "beta": (30, 60)}
    yield claim("2-cycle of the price", sp.Subs(after, m, -B / b), -p, "shares at which the price swings", **steep)
    yield claim(
        "2-cycle of the shares",
        sp.Subs(beta / 2 * (b / 2 * (2 * p) ** 2 - C), p, cycle),
        sp.log((b - B) / (b + B)) / 2,
        "the swing by 2 p that pays what those shares require: artanh(-B/b)",
        **around,
    )
    yield sketch("cycle", over="beta", low=0.2, high=4, b=(0.75, 1, 1.35))
    yield sketch("multiplier", over="beta", low=0.01, high=3, b=(0.75, 1, 1.35))


@declare(
    "clearing",
    source="Brock, Hommes (1998), Heterogeneous beliefs and routes to chaos, JEDC 22, 1235-1274, section 4.1.2",
    R=given("1", "gross return of the safe asset", 1.1, "(1, inf)"),
    g=given("1", "trend that chasers expect", 1.2, "(0, inf)"),
    C=_COST,
    D=given("token^2/currency", "demand per unit of expected gain: 1/(risk aversion times variance)", 1, "(0, inf)"),
    beta=given("1/currency", "intensity of choice", 2.45, "(0, inf)", latex=r"\beta"),
    x=given("currency/token", "price now, as deviation from the fundamental", 0.1, "real"),
    m=given("1", "share of fundamentalists less share of chasers", -0.8, "[-1, 1]"),
)
def trend_chasers(R: Expr, g: Expr, C: Expr, D: Expr, beta: Expr, x: Expr, m: Expr) -> Declared:
    """An asset traded by fundamentalists, who pay C, and by trend chasers, who expect g times the last deviation."""
    chasers = yield formula("chasers", 1 / (1 + sp.exp(-beta * C)), "1", "share of chasers at the fundamental price")
    after = yield formula("step", (1 - m) * g * x / (2 * R), "currency/token", "price one period later")
    factor = yield formula("multiplier", g * chasers / R, "1", "factor of a deviation at the fundamental price")
    bound = yield formula("bound", sp.log(R / (g - R)) / C, "1/currency", "intensity below which it rests; R < g < 2 R")
    gain = g * x * D * (R - 1) * x - C  # of fundamentalists over chasers, when the price stays at x
    swing = yield formula("mood", sp.tanh(beta / 2 * gain), "1", "difference of the shares when the price stays")
    calm = sp.Subs(swing.rewrite(sp.exp), x, 0)
    yield claim("chasers", (1 - calm) / 2, chasers, "at the fundamental only the cost counts")
    yield claim("multiplier", sp.Subs(sp.Derivative(after, x), m, 1 - 2 * chasers), factor, "slope of the rule there")
    between = {"R": (1.1, 1.5), "g": (1.6, 2)}
    yield claim(
        "pitchfork", sp.Subs(factor, beta, bound), sp.Integer(1), "there deviations no longer die out", **between
    )
    steady = yield formula(
        "steady",
        sp.sqrt(sp.Max(0, C - sp.log(R / (g - R)) / beta) / (g * (R - 1) * D)),
        "currency/token",
        "deviation that keeps itself; 0 up to the bound",
    )
    yield claim("a steady price", sp.Subs(after, m, 1 - 2 * R / g), x, "chasers are the share R/g")
    wild = {**between, "C": (1, 2), "beta": (30, 60)}
    yield claim(
        "steady shares",
        sp.Subs(beta / 2 * gain, x, steady),
        sp.log((g - R) / R) / 2,
        "the deviation that pays what those shares require: artanh(1 - 2 R/g)",
        **wild,
    )
    yield sketch("steady", over="beta", low=0.2, high=5, g=(1.15, 1.2, 1.3))
    yield sketch("multiplier", over="beta", low=0.01, high=5, g=(1.15, 1.2, 1.3))
