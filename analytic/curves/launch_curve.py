r"""The launch curve of virtual reserves, as pump.fun's: (V + R)(T - S) = V T.

A constant product of V + R currency, of which V is virtual, and T - S tokens; P = V T / (T - S)^2. The curve ends at
L < T tokens, when the token moves on to a pool.
"""

from __future__ import annotations

from ..curve_family import Expr, Shape, claim, curve_family, given

__all__ = ["launch"]


@curve_family(
    source="Published constants of pump.fun: V = 30 SOL, T = 1,073,000,000, L = 793,100,000 tokens",
    shown=(600e6, 100e6),
    V=given("currency", "virtual currency at the start", 30, "(0, inf)"),
    T=given("token", "virtual tokens at the start", 1_073_000_000, "(0, inf)"),
    L=given("token", "tokens sold on the curve", 793_100_000, "(0, inf)"),
)
def launch(S: Expr, q: Expr, E: Expr, V: Expr, T: Expr, L: Expr) -> Shape:
    """A constant product with virtual reserves, from supply 0 until L tokens are sold."""
    left = T - S
    reserve = V * S / left
    increment = V * T * q / (left * (left - q))
    inverse = E * left**2 / (V * T + E * left)
    return Shape(
        price=V * T / left**2,
        reserve=reserve,
        increment=increment,
        inverse=inverse,
        steady_increment=increment,
        steady_inverse=inverse,
        supply=(0, L),
        claims=(claim("the product is kept", (V + reserve) * left, V * T, "virtual and real reserves together"),),
        conditions=(("L", L < T, "< T: the price is infinite at T tokens"),),
    )
