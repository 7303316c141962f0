r"""Exchange of two goods between two consumers, and of one good against others' money: closed forms.

Consumer i owns w_i1 and w_i2 and has utility x_1^alpha_i x_2^(1 - alpha_i). With p the price of good 1 in units of
good 2, consumer i buys alpha_i (p w_i1 + w_i2)/p of good 1, and the market for it clears at

    p = (alpha_1 w_12 + alpha_2 w_22) / ((1 - alpha_1) w_11 + (1 - alpha_2) w_21).

In a Fisher market consumers come with money B_i instead of goods: with utilities prod x_j^a_ij everybody spends a_ij
B_i on good j, whose price is all that is spent on it over its supply.

References
----------
Mas-Colell, Whinston, Green (1995), Microeconomic Theory, 15.B; Brainard, Scarf (2000), How to compute equilibrium
prices in 1891; Eisenberg, Gale (1959), Annals of Mathematical Statistics 30.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["edgeworth_box", "fisher_cobb_douglas"]

_WEIGHT = "[0, 1]"


@declare(
    "clearing",
    source="Mas-Colell, Whinston, Green (1995), Microeconomic Theory, 15.B",
    alpha1=given("1", "weight of good 1 for consumer 1", 0.3, _WEIGHT, latex=r"\alpha_1"),
    alpha2=given("1", "weight of good 1 for consumer 2", 0.6, _WEIGHT, latex=r"\alpha_2"),
    w11=given("token", "good 1 owned by consumer 1", 1, "[0, inf)", latex="w_{11}"),
    w12=given("token", "good 2 owned by consumer 1", 0, "[0, inf)", latex="w_{12}"),
    w21=given("token", "good 1 owned by consumer 2", 0, "[0, inf)", latex="w_{21}"),
    w22=given("token", "good 2 owned by consumer 2", 1, "[0, inf)", latex="w_{22}"),
)
def edgeworth_box(alpha1: Expr, alpha2: Expr, w11: Expr, w12: Expr, w21: Expr, w22: Expr) -> Declared:
    """Two consumers who exchange two goods at the price that clears both markets."""
    x, y, k = sp.symbols("x y k", positive=True)
    yield condition(alpha1 * w12 + alpha2 * w22 > 0, "somebody with good 2 wants good 1")
    yield condition((1 - alpha1) * w11 + (1 - alpha2) * w21 > 0, "somebody with good 1 wants good 2")
    ratio = (alpha1 * w12 + alpha2 * w22) / ((1 - alpha1) * w11 + (1 - alpha2) * w21)
    price = yield formula("price", ratio, "1", "price of good 1 in units of good 2")
    first, second = price * w11 + w12, price * w21 + w22
    x11 = yield formula("x11", alpha1 * first / price, "token", "good 1 of consumer 1")
    x12 = yield formula("x12", (1 - alpha1) * first, "token", "good 2 of consumer 1")
    x21 = yield formula("x21", alpha2 * second / price, "token", "good 1 of consumer 2")
    x22 = yield formula("x22", (1 - alpha2) * second, "token", "good 2 of consumer 2")
    yield claim("good 1 clears", x11 + x21, w11 + w21, "what is bought is what is owned")
    yield claim("good 2 clears", x12 + x22, w12 + w22, "by Walras' law the other market clears too")
    for i, (alpha, one, two) in enumerate(((alpha1, x11, x12), (alpha2, x21, x22)), start=1):
        utility = alpha * sp.log(x) + (1 - alpha) * sp.log(y)
        rate = sp.Subs(sp.Derivative(utility, x) / sp.Derivative(utility, y), (x, y), (one, two))
        yield claim(f"consumer {i}", rate, price, "the rate of substitution is the price, the same for both: efficient")
    scaled = sp.Subs(price, (w11, w12, w21, w22), (k * w11, k * w12, k * w21, k * w22))
    yield claim("scale", scaled, price, "k times as much of everything changes no price")
    yield sketch("price", over="w22", low=0.2, high=4, alpha2=(0.3, 0.6, 0.9))


@declare(
    "clearing",
    source="Eisenberg, Gale (1959), Annals of Mathematical Statistics 30, 165-168; Brainard, Scarf (2000)",
    B=given("currency", "the buyer's budget", 10, "[0, inf)"),
    a=given("1", "the buyer's weight of the good", 0.4, "[0, 1]"),
    X=given("currency", "what others spend on the good", 6, "[0, inf)"),
    s=given("token", "supply of the good", 20, "(0, inf)"),
)
def fisher_cobb_douglas(B: Expr, a: Expr, X: Expr, s: Expr) -> Declared:
    """A Fisher market: buyers with budgets and Cobb-Douglas utilities share goods in the ratio of what they spend."""
    x, other = sp.symbols("x X_i", positive=True)
    yield condition(a * B + X > 0, "somebody spends money on the good")
    price = yield formula("price", (a * B + X) / s, "currency/token", "price of the good")
    got = yield formula("quantity", a * B * s / (a * B + X), "token", "what the buyer gets")
    yield claim("the money is spent", sp.Subs(price * x, x, got), a * B, "the share a of the budget")
    yield claim("the good is sold", got + sp.Subs(other / price, other, X), s, "others get X over the price")
    gale = B * a * sp.log(x) + X * sp.log(s - x)
    yield claim(
        "Eisenberg and Gale",
        sp.Subs(sp.Derivative(gale, x), x, got),
        sp.Integer(0),
        "the market maximises the sum of budgets times log utilities",
        B=(1, 9), a=(0.1, 0.9), X=(1, 9),
    )  # fmt: skip
    yield claim(
        "its multiplier is the price",
        sp.Subs(sp.Derivative(B * a * sp.log(x), x), x, got),
        price,
        "value of one more token",
    )
    yield claim(
        "no envy", sp.Subs(got, a * B, X), s / 2, "equal money, equal goods", shown=sp.Eq(got.subs(a * B, X), s / 2)
    )
    yield sketch("quantity", over="B", low=0, high=60, a=(0.2, 0.4, 0.8))
