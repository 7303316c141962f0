r"""Oracle voting by majority, and the bribe that costs nothing: P + epsilon.

2 m + 1 voters say A or B; those with the majority are paid P. A briber promises P + epsilon to whoever says B when A
wins. Then to say B is at least as good against anything the others do, all say B, B wins, and no bribe is paid.

References
----------
Buterin (2015), "The P + epsilon attack", Ethereum blog.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy as sp

from ..domain import Domain
from ..expression import exact
from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["bribed_oracle", "bribed_payoffs"]


@declare(
    "vote",
    source="Buterin (2015), The P + epsilon attack, Ethereum blog",
    P=given("currency", "paid to each voter with the majority", 1, "(0, inf)"),
    e=given("currency", "promised above it to who says B when A wins", 0.1, "[0, inf)", latex=r"\epsilon"),
    m=given("1", "half of the other voters", 1, "integer [1, inf)"),
    k=given("1", "others who say B", 1, "integer [0, inf)"),
    z=given("1", "chance that A wins whatever one says", 0.9, "[0, 1]"),
)
def bribed_oracle(P: Expr, e: Expr, m: Expr, k: Expr, z: Expr) -> Declared:
    """A majority oracle under a conditional bribe: saying B is weakly dominant, and when all do nothing is paid."""
    says_b = yield formula("says_b", sp.Piecewise((P, k >= m), (P + e, True)), "currency", "payoff of saying B")
    says_a = yield formula("says_a", sp.Piecewise((0, k > m), (P, True)), "currency", "payoff of saying A")
    gain = yield formula("gain", (1 - z) * P + z * e, "currency", "gain of saying B, not pivotal")
    purse = yield formula("purse", (P + e) * m, "currency", "what the briber must show to be believed")
    more = says_b - says_a
    yield claim("A loses", sp.Subs(more, k, m + 1), P, "with the others on B, B pays the reward")
    yield claim("A wins", sp.Subs(more, k, m - 1), e, "with the others on A, the bribe beats the reward")
    yield claim("one vote decides", sp.Subs(more, k, m), 0, "then either way the voter is with the majority")
    mixed = (1 - z) * sp.Subs(more, k, m + 1) + z * sp.Subs(more, k, m - 1)
    yield claim("whatever is believed", mixed, gain, "B gains at every belief: weakly dominant")
    honest = sp.Subs(mixed.doit(), (e, z), (-P, sp.Rational(1, 2)))
    yield claim("without a bribe", honest, 0, "who says B when A wins gets nothing: even chances make it even")
    i = sp.Symbol("i", integer=True)
    yield claim(
        "purse", sp.Sum(P + e, (i, 1, m)), purse, "the bribe is due to m voters at most: with m + 1 on B, B wins"
    )
    yield sketch("gain", over="z", low=0, high=1, e=(0, 0.1, 0.5))


def bribed_payoffs(P: Any, e: Any, *, voters: int = 3) -> tuple[tuple[Fraction, Fraction], ...]:
    """Payoffs of saying B and of saying A, by how many of the others say B, from all of them to none.

    Parameters
    ----------
    P : number
        Paid to each voter with the majority, positive.
    e : number
        Promised above it to who says B when A wins, not negative.
    voters : int
        An odd number, 3 or more.

    Returns
    -------
    tuple of (Fraction, Fraction)
        A row for each number voters - 1, ..., 0 of others who say B.

    Raises
    ------
    ValueError
        For a number outside its domain, or an even number of voters, which can tie.

    References
    ----------
    Buterin (2015), "The P + epsilon attack", Ethereum blog.

    Examples
    --------
    >>> [tuple(map(float, row)) for row in bribed_payoffs(1, 0.1)]
    [(1.0, 0.0), (1.0, 1.0), (1.1, 1.0)]
    """
    n = int(Domain.of("integer [3, inf)").check("voters", voters))
    if n % 2 == 0:
        raise ValueError(f"voters = {n} can tie: take an odd number")
    Domain.of("(0, inf)").check("P", P), Domain.of("[0, inf)").check("e", e)
    reward, above = (Fraction(int(read.p), int(read.q)) for read in (exact(P), exact(e)))
    half, nothing = n // 2, Fraction(0)
    return tuple(
        (reward if k >= half else reward + above, reward if k <= half else nothing) for k in range(n - 1, -1, -1)
    )
