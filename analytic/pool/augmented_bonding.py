r"""The augmented bonding curve: a hatch that raises the first reserve, a power invariant, entry and exit tribute.

After the hatch it is Bancor's curve with F = 1/kappa and fees on payments,
`BondingCurve.of("bancor", F=1/kappa, S0=S, R0=R, buy_fee=entry, sell_fee=exit, fee_on="payment")`; here stand its
formulas in supply and reserve.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["augmented", "hatch"]

SOURCE = "Titcomb (2019), Deep dive: augmented bonding curves; Zargham, Shorish, Paruch (2020), IEEE ICBC"


@declare(
    "pool",
    source=SOURCE,
    D=given("currency", "raised in the hatch", 800_000, "(0, inf)"),
    N=given("token", "tokens minted to those who paid", 800_000, "(0, inf)"),
    theta=given("1", "share that goes to the common pool", 0.2, "[0, 1)", latex=r"\theta"),
    p=given("currency/token", "price at which the curve opens", 1.6, "(0, inf)"),
)
def hatch(D: Expr, N: Expr, theta: Expr, p: Expr) -> Declared:
    """The split of what a hatch raises, and the curve it opens."""
    pool = yield formula("common_pool", theta * D, "currency", "to the common pool")
    reserve = yield formula("reserve", (1 - theta) * D, "currency", "to the curve")
    yield claim("nothing is lost", pool + reserve, D, "two shares of one sum")
    ratio = yield formula("reserve_ratio", reserve / (N * p), "1", "reserve over supply times price")
    yield claim("a dearer opening", sp.Derivative(ratio, p), -ratio / p, "the same reserve under more market value")
    kappa = yield formula("kappa", N * p / reserve, "1", "exponent of the invariant")
    S = sp.Symbol("S", positive=True)
    opening = sp.Subs(sp.Derivative(reserve * (S / N) ** kappa, S), S, N)
    yield claim("opening price", opening, p, "the slope of R = reserve (S/N)^kappa where the hatch ends")
    yield condition(reserve <= N * p, "a curve has a reserve ratio of at most 1")
    yield sketch("reserve_ratio", over="p", low=1, high=4, theta=(0.1, 0.2, 0.4))


@declare(
    "pool",
    source=SOURCE,
    kappa=given("1", "exponent of the invariant, 1 over the reserve ratio", 2, "[1, inf)", latex=r"\kappa"),
    S=given("token", "supply", 40, "(0, inf)"),
    R=given("currency", "reserve", 40, "(0, inf)"),
    E=given("currency", "paid in, tribute included", 10, "[0, inf)"),
    q=given("token", "burnt", 5, "[0, inf)"),
    e=given("1", "entry tribute", 0.22, "[0, 1)"),
    x=given("1", "exit tribute", 0.02, "[0, 1)"),
)
def augmented(kappa: Expr, S: Expr, R: Expr, E: Expr, q: Expr, e: Expr, x: Expr) -> Declared:
    """A curve that keeps S^kappa / R; what is paid leaves the share e, what is released the share x, to the pool."""
    V = yield formula("invariant", S**kappa / R, "token^kappa/currency", "kept by every trade")
    spot = yield formula("spot", kappa * R / S, "currency/token", "price without tributes")
    on_curve = kappa * R ** ((kappa - 1) / kappa) / V ** (1 / kappa)
    yield claim("price on the invariant", on_curve, spot, "the slope of R = S^kappa / V")
    net = yield formula("net_deposit", (1 - e) * E, "currency", "what reaches the reserve")
    minted = yield formula("minted", S * ((1 + net / R) ** (1 / kappa) - 1), "token", "what a payment mints")
    yield claim("minting keeps the invariant", (S + minted) ** kappa / (R + net), V, "that is the rule")
    yield formula("mint_price", net / minted, "currency/token", "mean price of a purchase, without tribute")
    released = yield formula("released", R * (1 - (1 - q / S) ** kappa), "currency", "what leaves the reserve")
    yield claim("burning keeps the invariant", (S - q) ** kappa / (R - released), V, "that is the rule", q=(0, 0.1))
    yield formula("burn_price", released / q, "currency/token", "mean price of a sale, without tribute")
    yield formula("proceeds", (1 - x) * released, "currency", "what a seller gets")
    yield formula("tribute", e * E + x * released, "currency", "what a purchase and a sale bring the common pool")
    kept = yield formula("kept", (1 - e) * (1 - x), "1", "share of a payment that a round trip gives back")
    back = (1 - x) * (R + net) * (1 - (1 - minted / (S + minted)) ** kappa)
    yield claim("a round trip", back, kept * E, "the tokens minted release the net deposit")
    low = yield formula("band_low", (1 - x) * spot, "currency/token", "burning beats selling elsewhere below it")
    high = yield formula("band_high", spot / (1 - e), "currency/token", "minting beats buying elsewhere above it")
    yield claim("no-arbitrage band", high - low, spot * (1 - kept) / (1 - e), "as wide as a round trip is dear")
    yield condition(q <= S, "no more is burnt than there is")
    yield sketch("minted", over="E", low=0, high=100, e=(0, 0.1, 0.22))
