r"""The piecewise linear curve: from each start on, a price of its own and a slope; with or without jumps.

Piece i holds S from s_i to s_{i+1} (the last one for ever) at the price p_i + m_i (S - s_i). Reserve and cost are
sums of trapezia: a trade takes d_i tokens of piece i, and what is left of a spend, e_i, buys
2 e_i / (P_i + sqrt(P_i^2 + 2 m_i e_i)) there, with P_i the price met.
"""

from __future__ import annotations

from typing import TypeAlias

import sympy as sp

from ..curve_family import Claim, Expr, Shape, claim, curve_family, many

__all__ = ["piecewise"]

Piece: TypeAlias = tuple[Expr, Expr, Expr, Expr]
"""Start, end (None for the last), price at the start, slope."""


@curve_family(
    source="Definition; steps and segments as in the reference implementations of token sales",
    starts=many("s", "token", "supply at which a piece starts, the first at 0", (0, 40, 80)),
    prices=many("p", "currency/token", "price at a start", (1, 2, 6)),
    slopes=many("m", "currency/token^2", "slope of a piece", (0.05, 0.1, 0), "real"),
)
def piecewise(S: Expr, q: Expr, E: Expr, starts: Expr, prices: Expr, slopes: Expr) -> Shape:
    """A price made of segments: p_i + m_i (S - s_i) from s_i on."""
    if not len(starts) == len(prices) == len(slopes):
        raise ValueError(
            f"a piece has a start, a price and a slope: got {len(starts)} starts, {len(prices)} prices and "
            f"{len(slopes)} slopes"
        )
    ends = (*starts[1:], None)
    pieces = list(zip((sp.S.Zero, *starts[1:]), ends, prices, slopes, strict=True))
    price, levels = [], [sp.S.Zero]
    for start, end, p, m in pieces:
        price.append((p + m * (S - start), sp.true if end is None else end > S))
        if end is not None:
            levels.append(levels[-1] + (end - start) * (p + m * (end - start) / 2))
    reserve = [
        (paid + (S - start) * (p + m * (S - start) / 2), sp.true if end is None else end > S)
        for paid, (start, end, p, m) in zip(levels, pieces, strict=True)
    ]
    increment, inverse = _by_piece(pieces, levels, S, q, E)
    return Shape(
        price=sp.Piecewise(*price),
        reserve=sp.Piecewise(*reserve),
        increment=increment,
        inverse=inverse,
        steady_increment=increment,
        steady_inverse=inverse,
        claims=_claims(q, E, pieces[-1][2], pieces[-1][3]),
        conditions=(
            (str(starts[0]), sp.Eq(starts[0], 0), "0: the first piece starts at supply 0"),
            *_conditions(pieces),
        ),
        ranges={start: (10.0 * i, 10.0 * i + 5) for i, start in enumerate(starts)}
        | dict.fromkeys(slopes, (0.0, 3.0))
        | dict.fromkeys(prices, (0.5, 4.0)),
    )


def _by_piece(pieces: list[Piece], levels: list[Expr], S: Expr, q: Expr, E: Expr) -> tuple[Expr, Expr]:
    """Increment and inverse: cases by the piece of S, then by the piece in which the trade ends."""
    paid, bought = [], [(sp.S.Zero, E <= 0)]
    for i, (start, end, p, m) in enumerate(pieces):
        at = p + m * (S - start)
        first = sp.S.Zero if end is None else (end - S) * (at + m * (end - S) / 2)
        for j, (low, high, met, slope) in enumerate(pieces[i:], start=i):
            before = sp.S.Zero if j == i else first + levels[j] - levels[i + 1]
            offset, price = (sp.S.Zero, at) if j == i else (low - S, met)
            rest, left = q - offset, E - before
            last = high is None
            cost = before + rest * (price + slope * rest / 2)
            tokens = offset + 2 * left / (price + sp.sqrt(price**2 + 2 * slope * left))
            here = sp.true if end is None else end > S
            worth = 0 if last else (first + levels[j + 1] - levels[i + 1])
            paid.append((cost, here if last else sp.And(here, high - S >= q)))
            bought.append((tokens, here if last else sp.And(here, worth >= E)))
    return _cases(*paid), _cases(*bought)


def _cases(*cases: tuple[Expr, Expr]) -> Expr:
    return sp.Piecewise(*cases, evaluate=False)  # the conditions are simple as they stand; looking for more is slow


def _claims(q: Expr, E: Expr, p: Expr, m: Expr) -> tuple[Claim, ...]:
    bought = 2 * E / (p + sp.sqrt(p**2 + 2 * m * E))
    return (
        claim("cost inside a piece", sp.Integral(p + m * q, (q, 0, q)), q * (p + m * q / 2), "a trapezium"),
        claim("inverse inside a piece", bought * (p + m * bought / 2), E, "the price after the trade is the root"),
    )


def _conditions(pieces: list[Piece]) -> list[tuple[str, Expr, str]]:
    found: list[tuple[str, Expr, str]] = []
    for start, end, p, m in pieces:
        found.append((str(p), sp.Ne(sp.Max(p, sp.Abs(m)), 0), "> 0 where the slope is 0"))
        if end is None:
            found.append((str(m), m >= 0, ">= 0 in the last piece"))
        else:
            found.append((str(end), end > start, f"> {start}: pieces come in order"))
            found.append(
                (str(m), p + m * (end - start) >= 0, "such that the price stays positive up to the next piece")
            )
    return found
