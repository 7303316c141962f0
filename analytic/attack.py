r"""Two attacks on a bonding curve, as programmes: what they gain, and the fee from which they stop paying.

* **Wash minting**: mint t referring oneself, claim the reward on it, burn t:
  profit k t - cost(S, t) + proceeds(S + t, t). With the fee phi on both legs it pays for small t iff k > 2
  phi P(S).
* **Sandwich**: mint a; *the victim mints q*; burn a. With the fee phi on both legs (buyer pays 1 + phi,
  seller gets 1 - phi of the integral) it pays iff phi is below

  .. math:: \bar\varphi = \sup_{a > 0} \frac{\Delta_2(a) - \Delta_1(a)}{\Delta_2(a) + \Delta_1(a)},

  Delta_1 the curve's integral over the attacker's purchase and Delta_2 that over its sale. For a log-concave
  price the supremum is at a -> 0 and equals (P1 - P0) / (P1 + P0) with P1 the price after the victim; for a
  log-convex price a victim who fixes the *quantity* loses more, one who fixes the *spend* restores the
  formula.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from .curve import BondingCurve
from .fees import Fees
from .move import Account, Burn, Claim, Mint, opened, run
from .symbols import symbol

Array = NDArray[np.float64]
PROBE = sp.Symbol("t", positive=True)


def wash_profit(curve: BondingCurve, reward: sp.Expr, supply: sp.Expr | None = None) -> sp.Expr:
    """Profit of minting `t` at a supply, claiming `reward` (an amount in `minted`), and burning it again.

    Examples
    --------
    >>> k, m, phi, S = sp.symbols("k m phi S", positive=True)
    >>> curve = BondingCurve.linear(m=m, b=0, fee=phi)
    >>> profit = wash_profit(curve, k * symbol("minted", nonnegative=True), S)
    >>> sp.simplify(profit - (k * PROBE - phi * (2 * m * S * PROBE + m * PROBE**2)))
    0
    """
    supply = symbol("S") if supply is None else supply
    curves = {"token": curve}
    before = opened(curves, S=supply, treasury={"designer": sp.oo})
    programme = (
        Mint(PROBE, "token", referring=True),
        Claim(reward, "designer", "token"),
        Burn(PROBE, "token"),
    )
    after = run(before, programme, curves=curves, values={}, together=False)
    return sp.simplify(after.B - before.B)


def wash_threshold(curve: BondingCurve, reward: sp.Expr, over: sp.Symbol, supply: sp.Expr | None = None) -> sp.Expr:
    """The value of a parameter of the reward from which on a small wash trade pays.

    Examples
    --------
    >>> k, m, phi, S = sp.symbols("k m phi S", positive=True)
    >>> wash_threshold(BondingCurve.linear(m=m, b=0, fee=phi), k * symbol("minted", nonnegative=True), k, S)
    2*S*m*phi
    """
    margin = sp.limit(sp.diff(wash_profit(curve, reward, supply), PROBE), PROBE, 0, "+")
    solutions = sp.solve(margin, over)
    if len(solutions) != 1:
        raise ValueError(f"the margin {margin} of a wash trade has {len(solutions)} zeros in {over}, not one threshold")
    return solutions[0]


@dataclass(frozen=True, slots=True)
class Sandwich:
    """A victim's order between the attacker's purchase and sale.

    Parameters
    ----------
    curve : BondingCurve
        Its fee is ignored: fees are what is looked for.
    supply : float
        Before the attack [token].
    victim : float
        Tokens the victim gets when nobody attacks [token].
    order : {"quantity", "spend"}
        What the victim fixes: the tokens it mints, or the currency that reaches the curve.
    """

    curve: BondingCurve
    supply: float
    victim: float
    order: Literal["quantity", "spend"] = "quantity"

    def __post_init__(self) -> None:
        if self.order not in ("quantity", "spend"):
            raise ValueError(f"a victim fixes its 'quantity' or its 'spend', not {self.order!r}")
        if not self.victim > 0:
            raise ValueError(f"the victim's order must be > 0 tokens, not {self.victim}")
        if not self.room > 0:
            raise ValueError(
                f"the victim's {self.victim} tokens from supply {self.supply} reach the end of the curve at "
                f"{self.curve.supply[1]} tokens: there is no room for an attack before it"
            )

    @property
    def bare(self) -> BondingCurve:
        """The curve without its fees."""
        return replace(self.curve, fees=Fees.of(0))

    @property
    def spend(self) -> float:
        """What of the victim's money reaches the curve when nobody attacks [currency]."""
        return float(self.curve.increment(self.supply, self.victim))

    @property
    def room(self) -> float:
        """The largest purchase that leaves the victim's order executable [token]."""
        end, rise = float(self.curve.supply[1]), self.spend
        if not np.isfinite(end):
            return 1e3 * (self.supply + self.victim)
        if self.order == "quantity":
            return end - self.supply - self.victim
        return float(self.bare.mint(self.supply, self.bare.increment(self.supply, end - self.supply) - rise))

    def legs(self, attack: Array) -> tuple[Array, Array]:
        """The curve's integrals over the attacker's purchase and over its sale [currency]."""
        bare = self.bare
        quantity = self.order == "quantity"
        minted = np.full_like(attack, self.victim) if quantity else bare.mint(self.supply + attack, self.spend)
        return bare.increment(self.supply, attack), bare.increment(self.supply + minted, attack)

    def margin(self, attack: Array) -> Array:
        """The fee at which an attack of this size breaks even."""
        first, last = self.legs(np.asarray(attack, dtype=float))
        return np.asarray((last - first) / (last + first))

    @property
    def marginal_fee(self) -> float:
        """(P1 - P0) / (P1 + P0): the break-even fee of a very small attack."""
        before = self.curve.price(self.supply)
        after = self.curve.price(self.supply + self.victim)
        return float((after - before) / (after + before))

    def break_even_fee(self) -> float:
        """The fee from which on no sandwich of any size pays.

        Examples
        --------
        >>> attack = Sandwich(BondingCurve.linear(m=0.01, b=1), supply=100, victim=30)
        >>> round(attack.break_even_fee(), 6)
        0.069767
        """
        from scipy.optimize import minimize_scalar

        sizes = self.room * np.concatenate([np.logspace(-9, -2, 57), np.linspace(0.0125, 1.0, 80)])
        margins = self.margin(sizes)
        best = int(np.argmax(margins))
        low, high = sizes[max(best - 1, 0)], sizes[min(best + 1, len(sizes) - 1)]
        refined = minimize_scalar(lambda a: -float(self.margin(np.array([a]))[0]), bounds=(low, high), method="bounded")
        return max(self.marginal_fee, float(margins[best]), float(-refined.fun))


def sandwich_profit(curve: BondingCurve, supply: sp.Expr, victim: sp.Expr, attack: sp.Expr) -> sp.Expr:
    """Profit of a sandwich around a fixed quantity, on symbols and with the curve's own fees.

    Examples
    --------
    >>> m, b, S, q, a = sp.symbols("m b S q a", positive=True)
    >>> sp.factor(sandwich_profit(BondingCurve.linear(m=m, b=b), S, q, a))
    a*m*q
    """
    curves = {"token": curve}
    start = opened(curves, S=supply)
    bought = run(start, (Mint(sp.sympify(attack, strict=True), "token"),), curves=curves, values={})
    crowd = run(
        opened(curves, S=bought.S["token"]), (Mint(sp.sympify(victim, strict=True), "token"),), curves=curves, values={}
    )
    met = Account(B=bought.B, H=bought.H, S=crowd.S, reserve=crowd.reserve, fees=crowd.fees)
    sold = run(met, (Burn(sp.sympify(attack, strict=True), "token"),), curves=curves, values={})
    return sp.expand(sold.B)
