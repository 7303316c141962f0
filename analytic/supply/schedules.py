"""Supply that is known in advance: vesting, disinflation, demurrage with issuance per head."""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["demurrage", "disinflation", "vesting"]


@declare(
    "supply",
    source="definition; grants with a cliff, linear or in tranches",
    G=given("token", "grant", 1000, "[0, inf)"),
    T=given("month", "time until all is vested", 48, "(0, inf)"),
    c=given("month", "cliff", 12, "[0, inf)"),
    n=given("1", "equal tranches of the graded grant", 16, "integer [1, inf)"),
    t=given("month", "time since the grant", 20, "[0, inf)"),
)
def vesting(G: Expr, T: Expr, c: Expr, n: Expr, t: Expr) -> Declared:
    """A grant that becomes its holder's over time: nothing before the cliff, then linearly, or in equal tranches."""
    yield condition(sp.Le(c, T), "the cliff is before the end")
    s = sp.Symbol("s", nonnegative=True)
    linear = yield formula("linear", G * sp.Min(1, t / T), "token", "vested without a cliff")
    vested = yield formula("cliff", sp.Piecewise((0, t < c), (linear, True)), "token", "vested with a cliff")
    graded = yield formula("graded", G * sp.floor(sp.Min(n, n * t / T)) / n, "token", "vested in tranches")
    locked = yield formula("locked", G - vested, "token", "not vested yet")
    inside = {"c": (1, 2), "T": (8, 9), "t": (3, 7)}
    jump = G * c / T
    yield claim(
        "cliff and rate", jump + sp.Integral(G / T, (s, c, t)), vested, "a jump, then a constant rate", **inside
    )
    yield claim("all in the end", sp.Subs(vested, t, T), G, "nothing is lost", **{k: inside[k] for k in ("c", "T")})
    yield claim("before the cliff", sp.Subs(locked, t, c / 2), G, "all is locked", **{k: inside[k] for k in ("c", "T")})
    early = linear - graded
    yield claim(
        "tranches lag by less than one",
        sp.floor(n * early / G),
        0,
        "the graded grant is behind by a part of a tranche",
        t=(1, 7),
        T=(8, 9),
    )
    yield sketch("cliff", over="t", low=0, high=60, c=(0, 12, 24))
    yield sketch("graded", over="t", low=0, high=60, n=(4, 16))


@declare(
    "supply",
    source="definition; Solana's schedule (8 %, falling by 15 % a year, to 1.5 %) in continuous form",
    S0=given("token", "supply at the start", 500, "(0, inf)", latex="S_0"),
    i0=given("1/year", "inflation at the start", 0.08, "[0, 1]", latex="i_0"),
    f=given("1/year", "inflation in the end", 0.015, "[0, 1]"),
    k=given("1/year", "rate at which the rest fades", 0.1625, "(0, inf)"),
    t=given("year", "time", 10, "[0, inf)"),
)
def disinflation(S0: Expr, i0: Expr, f: Expr, k: Expr, t: Expr) -> Declared:
    """Inflation that fades to a floor; with floor 0 supply is capped, with k to infinity it grows exponentially."""
    s, q = sp.symbols("s q", positive=True)
    rate = yield formula("inflation", f + (i0 - f) * sp.exp(-k * t), "1/year", "inflation")
    growth = f * t + (i0 - f) * (1 - sp.exp(-k * t)) / k
    supply = yield formula("supply", S0 * sp.exp(growth), "token", "supply")
    cap = yield formula("cap", S0 * sp.exp(i0 / k), "token", "cap when the floor is 0")
    yield claim("growth", sp.Derivative(supply, t) / supply, rate, "inflation is growth over supply")
    yield claim("sum of inflation", sp.Integral(f + (i0 - f) * sp.exp(-k * s), (s, 0, t)), growth, "integrated")
    yield claim("rule of motion", sp.Derivative(rate, t), -k * (rate - f), "what is above the floor fades")
    yield claim("cap", sp.Limit(S0 * sp.exp(i0 * (1 - q) / k), q, 0), cap, "without a floor, q = exp(-k t) vanishes")
    yield sketch("supply", over="t", low=0, high=30, f=(0, 0.015, 0.04))
    yield sketch("inflation", over="t", low=0, high=30, k=(0.1, 0.1625, 0.5))


@declare(
    "supply",
    source="Gesell (1916), The Natural Economic Order, demurrage; issuance per head by definition",
    B=given("token", "balance at the start", 500, "[0, inf)"),
    delta=given("1/year", "rate of demurrage", 0.05, "(0, inf)", latex=r"\delta"),
    m=given("token/year", "issued to each head", 10, "[0, inf)"),
    t=given("year", "time", 10, "[0, inf)"),
)
def demurrage(B: Expr, delta: Expr, m: Expr, t: Expr) -> Declared:
    """Balances decay and each head gets the same: all tend to one balance, wherever they start."""
    s = sp.Symbol("s", positive=True)
    rest = yield formula("rest", m / delta, "token", "balance in the end")
    kept = yield formula("balance", rest + (B - rest) * sp.exp(-delta * t), "token", "balance")
    half = yield formula("half_life", sp.log(2) / delta, "year", "time that halves the distance to the end")
    yield claim("rule of motion", sp.Derivative(kept, t), m - delta * kept, "what is issued less what decays")
    past = B * sp.exp(-delta * t) + sp.Integral(m * sp.exp(-delta * s), (s, 0, t))
    yield claim("sum of what is left", past, kept, "each payment decays from its day on")
    yield claim("half-life", sp.Subs(kept, t, half), (B + rest) / 2, "half way")
    yield claim("end", m - delta * rest, sp.Subs(sp.Derivative(kept, t), B, rest), "there nothing moves")
    yield sketch("balance", over="t", low=0, high=80, B=(0, 200, 500))
