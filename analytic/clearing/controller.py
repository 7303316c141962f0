r"""The base-fee rule of a block chain: the price of block space follows usage against a target.

    b' = b (1 + d (g - T)/T),    g = min(max(D(b), 0), k T)

D(b) is the demand for space at the fee b, T the target, k T the size of a block. The fee rests where D(b) = T. There
a deviation is multiplied by 1 - d e, e the elasticity of demand: the rule is stable iff e < 2/d. With valuations
uniform on [0, V], D(b) = Lambda (1 - b/V) and e = Lambda/T - 1: stable iff demand at fee zero is below (1 + 2/d)
targets.

References
----------
Buterin et al. (2019), EIP-1559; Leonardos, Monnot, Reijsbergen, Skoulakis, Piliouras (2021), AFT, arXiv 2102.10567.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["base_fee_rule"]


@declare(
    "clearing",
    source="EIP-1559; Leonardos et al. (2021), Dynamical analysis of the EIP-1559 Ethereum fee market, AFT",
    b=given("currency/token", "base fee now", 60, "[0, inf)"),
    d=given("1", "largest change of the fee at twice the target", 0.125, "(0, 1]"),
    T=given("token", "target of usage", 10, "(0, inf)"),
    Lambda=given("token", "demand at fee zero", 100, "(0, inf)", latex=r"\Lambda"),
    V=given("currency/token", "highest valuation", 100, "(0, inf)"),
    k=given("1", "size of a block in targets", 2, "(1, inf)"),
)
def base_fee_rule(b: Expr, d: Expr, T: Expr, Lambda: Expr, V: Expr, k: Expr) -> Declared:
    """A fee that rises while usage is above a target and falls below it; valuations are uniform on [0, V]."""
    yield condition(Lambda > T, "demand at fee zero is above the target, else the fee falls to zero")
    wanted = Lambda * (1 - b / V)
    usage = yield formula("usage", sp.Min(sp.Max(wanted, 0), k * T), "token", "usage at the fee, within one block")
    after = yield formula("step", b * (1 + d * (usage - T) / T), "currency/token", "base fee one block later")
    rest = yield formula("rest", V * (1 - T / Lambda), "currency/token", "base fee at rest")
    elasticity = yield formula("elasticity", Lambda / T - 1, "1", "elasticity of demand at rest")
    factor = yield formula("multiplier", 1 - d * elasticity, "1", "factor of a deviation in one block")
    ratio = yield formula("bound", 1 + 2 / d, "1", "demand at fee zero, in targets, below which the fee comes to rest")
    inner = b * (1 + d * (wanted - T) / T)
    above = {"Lambda": (5, 9), "T": (1, 4), "k": (2, 3)}
    yield claim("usage at rest", sp.Subs(usage, b, rest), T, "the target is met", **above)
    yield claim("rest", sp.Subs(after, b, rest), rest, "the rule leaves it where it is", **above)
    yield claim(
        "elasticity", sp.Subs(-b * sp.Derivative(wanted, b) / wanted, b, rest), elasticity, "in per cent per per cent"
    )
    yield claim(
        "multiplier",
        sp.Subs(sp.Derivative(inner, b), b, rest),
        factor,
        "a small deviation is multiplied by the slope of the rule, where usage is between 0 and a block",
    )
    yield claim(
        "bound",
        sp.Subs(factor, Lambda, ratio * T),
        sp.Integer(-1),
        "there a deviation changes its sign and keeps its size",
    )
    e, resting = sp.symbols("e b_0", positive=True)
    isoelastic = T * (resting / b) ** e
    yield claim(
        "any demand",
        sp.Subs(sp.Derivative(b * (1 + d * (isoelastic - T) / T), b), b, resting),
        1 - d * e,
        "the slope at rest depends on the elasticity e alone: whatever the demand, the bound is e = 2/d",
    )
    yield sketch("step", over="b", low=0, high=120, Lambda=(20, 100, 170))
