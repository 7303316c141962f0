r"""The piecewise linear curve: from each start on, a price of its own and a slope; with or without jumps.

Piece i holds S from s_i to s_{i+1} (the last one for ever) at the price p_i + m_i (S - s_i). Reserve and cost are
sums of trapezia: a trade takes d_i tokens of piece i, and what is left of a spend, e_i, buys
2 e_i / (P_i + sqrt(P_i^2 + 2 m_i e_i)) there, with P_i the price met.
"""

from __future__ import annotations

import sympy as sp

from ..curve_family import Expr, Shape, curve_family, many

__all__ = ["piecewise"]


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
    pieces = list(zip(starts, ends, prices, slopes, strict=True))
    price, reserve, paid = [], [], sp.S.Zero
    for start, end, p, m in pieces:
        holds = sp.true if end is None else end > S
        price.append((p + m * (S - start), holds))
        reserve.append((paid + (S - start) * (p + m * (S - start) / 2), holds))
        if end is not None:
            paid = paid + (end - start) * (p + m * (end - start) / 2)
    return Shape(
        price=sp.Piecewise(*price),
        reserve=sp.Piecewise(*reserve),
        inverse=_bought(pieces, S, E),
        steady_increment=_paid(pieces, S, q),
        steady_inverse=_bought(pieces, S, E),
        conditions=tuple(_conditions(pieces)),
        ranges={start: (10.0 * i, 10.0 * i + 5) for i, start in enumerate(starts)}
        | dict.fromkeys(slopes, (0.0, 3.0))
        | dict.fromkeys(prices, (0.5, 4.0)),
    )


def _paid(pieces: list[tuple[Expr, ...]], S: Expr, q: Expr) -> Expr:
    total = sp.S.Zero
    for start, end, p, m in pieces:
        before = sp.Max(start - S, 0)
        taken = (q if end is None else sp.Min(sp.Max(end - S, 0), q)) - sp.Min(before, q)
        total += taken * (p + m * (sp.Max(S - start, 0) + taken / 2))
    return total


def _bought(pieces: list[tuple[Expr, ...]], S: Expr, E: Expr) -> Expr:
    tokens, asked = sp.S.Zero, sp.S.Zero
    for start, end, p, m in pieces:
        offset = sp.Max(S - start, 0)
        met = p + m * offset
        spend = sp.Max(E - asked, 0)
        if end is not None:
            room = sp.Max(end - start - offset, 0)
            worth = room * (met + m * room / 2)
            spend, asked = sp.Min(spend, worth), asked + worth
        got = 2 * spend / (met + sp.sqrt(sp.Max(met**2 + 2 * m * spend, 0)))
        tokens += sp.Piecewise((got, spend > 0), (0, True))
    return tokens


def _conditions(pieces: list[tuple[Expr, ...]]) -> list[tuple[str, Expr, str]]:
    found = [(str(pieces[0][0]), sp.Eq(pieces[0][0], 0), "0: the first piece starts at supply 0")]
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
