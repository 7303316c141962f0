r"""Conviction voting: support counts more the longer it stays.

.. math:: y_{t+1} = \alpha\, y_t + x, \qquad \alpha = 2^{-1/h}

for x tokens on a proposal and a half-life of h steps. A proposal that asks for the share r of the funds passes when

.. math:: y \ge y^* = \frac{\rho\, S}{(1 - \alpha) (\beta - r)^2},

which no conviction reaches as r comes near beta, the largest share that may be asked for.

References
----------
Emmett (2019), "Conviction voting", Commons Stack; Aragon conviction voting model, v3.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["conviction"]


@declare(
    "vote",
    source="Emmett (2019), Conviction voting; BlockScience Aragon model v3, trigger_threshold",
    alpha=given("1", "what of the conviction is left a step later", 0.9, "(0, 1)", latex=r"\alpha"),
    x=given("token", "tokens on the proposal", 1000, "(0, inf)"),
    y0=given("token", "conviction at the start", 0, "[0, inf)", latex="y_0"),
    t=given("step", "steps since", 10, "[0, inf)"),
    h=given("step", "half-life", 7, "(0, inf)"),
    rho=given("1", "scale of the trigger", 0.0025, "(0, inf)", latex=r"\rho"),
    S=given("token", "tokens in all", 1000, "(0, inf)"),
    beta=given("1", "largest share of the funds that may be asked for", 0.2, "(0, 1]", latex=r"\beta"),
    r=given("1", "share of the funds asked for", 0.05, "[0, 1)"),
)
def conviction(alpha: Expr, x: Expr, y0: Expr, t: Expr, h: Expr, rho: Expr, S: Expr, beta: Expr, r: Expr) -> Declared:
    """Support gathers like charge: it tends to x/(1 - alpha) and decays with a half-life once withdrawn."""
    yield condition(sp.Lt(r, beta), "no more than the largest share may be asked for")
    most = yield formula("most", x / (1 - alpha), "token", "conviction in the end")
    now = yield formula("conviction", y0 * alpha**t + most * (1 - alpha**t), "token", "conviction")
    left = yield formula("alpha", 2 ** (-1 / h), "1", "what is left a step later, by half-life")
    life = yield formula("half_life", -sp.log(2) / sp.log(alpha), "step", "steps that halve what is left")
    needed = yield formula("trigger", rho * S / ((1 - alpha) * (beta - r) ** 2), "token", "conviction that passes")
    stake = yield formula("stake", rho * S / (beta - r) ** 2, "token", "tokens that pass it in the end")
    k, n = sp.symbols("k n", integer=True, nonnegative=True)
    yield claim("fixed point", alpha * most + x, most, "what decays is what is added")
    yield claim("recursion", alpha * now + x, sp.Subs(now, t, t + 1), "one step later")
    yield claim(
        "sum of what is left", y0 * alpha**n + sp.Sum(x * alpha**k, (k, 0, n - 1)), sp.Subs(now, t, n), "geometric"
    )
    yield claim("half-life", sp.Subs(alpha**t, t, life), sp.Rational(1, 2), "half is left then")
    yield claim("there and back", sp.Subs(life, alpha, left), h, "alpha of the half-life")
    passes = {"beta": (0.5, 1), "r": (0, 0.4)}
    yield claim("tokens that pass", sp.Subs(most, x, stake), needed, "the end reaches the trigger", **passes)
    yield sketch("conviction", over="t", low=0, high=60, alpha=(0.8, 0.9, 0.95))
    yield sketch("trigger", over="r", low=0, high=0.18)
