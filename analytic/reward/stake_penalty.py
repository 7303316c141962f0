r"""Slashing: a stake that is lost by who is caught.

To cheat gains g. With probability p one is caught and loses the share :math:`\ell` of the stake S and the reward w of
the round. Honesty pays when :math:`g \le p\,(\ell S + w)`. Where the share slashed grows with the part z of all stake
that misbehaves at once, as :math:`\min(1, m z)`, alone one loses little and together everything.

References
----------
Becker, G. S. (1968), "Crime and punishment: an economic approach", J. Polit. Econ. 76. Buterin, V. (2018), "Minimal
slashing conditions"; Ethereum consensus specifications, Bellatrix (proportional slashing multiplier 3).
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["correlated_slashing", "slashing"]


@declare(
    "reward",
    source="Becker (1968), Crime and punishment, J. Polit. Econ. 76; Ethereum consensus specifications, Phase 0 (2020)",
    S=given("currency", "stake", 32, "[0, inf)"),
    ell=given("1", "share of the stake that is slashed", 0.5, "[0, 1]", latex=r"\ell"),
    p=given("1", "probability to be caught", 0.25, "(0, 1]"),
    g=given("currency", "gain from cheating", 3, "[0, inf)"),
    w=given("currency", "reward of a round, lost when caught", 0.5, "[0, inf)"),
    k=given("1", "rounds", 10, "integer [1, inf)"),
)
def slashing(S: Expr, ell: Expr, p: Expr, g: Expr, w: Expr, k: Expr) -> Declared:
    """A stake of which a share is taken from who is caught cheating.

    Cheating pays g whether caught or not; the threshold is g = p (l S + w). Whether honesty pays does not depend on how
    many rounds there are, but how much is slashed does: what is left of a cheat's stake falls geometrically.
    """
    i = sp.Symbol("i", integer=True)
    fine = ell * S + w
    expected = yield formula("expected_loss", p * fine, "currency", "mean loss of who cheats once")
    lead = yield formula("lead", g - expected, "currency", "lead of cheating over honesty")
    share = yield formula(
        "least_share", sp.Max(0, (g / p - w) / S), "1", "share slashed that deters; none does above 1"
    )
    stake = yield formula("least_stake", sp.Max(0, (g / p - w) / ell), "currency", "stake that deters")
    watch = yield formula("least_watch", g / fine, "1", "probability of being caught that deters; none does above 1")
    gain = yield formula("largest_gain", p * fine, "currency", "gain up to which honesty pays")
    left = yield formula("left", S * (1 - p * ell) ** k, "currency", "mean stake left of who cheats in k rounds")
    caught = yield formula("caught", 1 - (1 - p) ** k, "1", "chance to be caught at least once in k rounds")
    dear = {"g": (8, 9), "p": (0.25, 0.75), "w": (1, 2), "S": (1, 9), "ell": (0.25, 0.75)}
    yield claim(
        "two outcomes",
        p * (g - ell * S) + (1 - p) * (g + w) - w,
        lead,
        "caught or not caught, against an honest round that pays w",
    )
    yield claim("the share that deters", sp.Subs(lead, ell, share), 0, "cheating and honesty pay the same", **dear)
    yield claim("the stake that deters", sp.Subs(lead, S, stake), 0, "the same, for the stake", **dear)
    yield claim("the watch that deters", sp.Subs(lead, p, watch), 0, "the same, for the probability", **dear)
    yield claim("the gain that is deterred", sp.Subs(lead, g, gain), 0, "the same, for the gain")
    yield claim(
        "caught at last",
        sp.Sum(p * (1 - p) ** (i - 1), (i, 1, k)),
        caught,
        "the first time in round i",
        p=(0.1, 0.9),
        k=(1, 9),
    )
    yield claim(
        "stake left",
        p * (1 - ell) * left + (1 - p) * left,
        sp.Subs(left, k, k + 1),
        "one round more takes the share l with probability p",
        p=(0.1, 0.9), ell=(0.1, 0.9), k=(1, 6),
    )  # fmt: skip
    yield sketch("lead", over="S", low=0, high=64, p=(0.1, 0.25, 0.5))


@declare(
    "reward",
    source="Ethereum consensus specifications, Bellatrix (2022), proportional slashing multiplier; Buterin (2018)",
    N=given("currency", "stake of all", 1000, "(0, inf)"),
    z=given("1", "share of all stake that misbehaves at once", 0.1, "[0, 1]"),
    m=given("1", "multiplier", 3, "(0, inf)"),
    p=given("1", "probability to be caught", 1, "(0, 1]"),
    q=given("1", "probability of a fault", 0.01, "[0, 1]"),
    g=given("1", "gain from cheating, per unit of stake", 0.2, "[0, inf)"),
)
def correlated_slashing(N: Expr, z: Expr, m: Expr, p: Expr, q: Expr, g: Expr) -> Declared:
    """Slashing in proportion to how much stake misbehaves at once: min(1, m z) of the stake of each.

    A mistake made alone costs little, an attack by a third of the stake costs all of it. An operator with a share z on
    one machine loses m z^2 N when it fails; on two machines that fail one at a time half of that on average.
    """
    part = yield formula("slashed", sp.Min(1, m * z), "1", "share of the stake that each loses")
    loss = yield formula("loss", N * z * part, "currency", "what they lose together")
    full = yield formula("full_from", 1 / m, "1", "share of stake from which on all is lost; above 1, never")
    lead = yield formula("lead", g - p * part, "1", "what cheating earns per unit of stake")
    coalition = yield formula(
        "deterred_from", g / (p * m), "1", "share of stake from which on cheats are deterred, if g <= p"
    )
    one = yield formula("one_machine", q * loss, "currency", "mean loss when all of the share fails together")
    two = yield formula(
        "two_machines",
        q * N * z * sp.Min(1, m * z / 2),
        "currency",
        "mean loss on two machines that never fail together",
    )
    small = {"z": (0.1, 0.2), "m": (1, 3), "p": (0.5, 1), "g": (0.05, 0.1), "q": (0.1, 0.9)}
    yield claim("together they lose more", sp.Derivative(loss, z), 2 * N * m * z, "twice the share each loses", **small)
    yield claim("all is lost", sp.Subs(m * z, z, full), 1, "from one m-th of the stake on")
    yield claim("deterred from", sp.Subs(lead, z, coalition), 0, "larger coalitions lose more than they gain", **small)
    yield claim("two machines halve the loss", one / two, 2, "each fails with q, with half of the stake", **small)
    yield sketch("loss", over="z", low=0, high=0.6, m=(1, 2, 3))
