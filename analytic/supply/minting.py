r"""Baseline minting: rewards that wait for the network to grow (Filecoin).

A part of the supply is minted by the clock, :math:`M(1 - e^{-\lambda t})`. The other part runs on the effective
network time theta: the time at which a baseline :math:`b_0 e^{g t}` would have done as much as the network has done,
counting at each moment no more than the baseline.

References
----------
Protocol Labs (2020), "Engineering Filecoin's economy", minting model; Filecoin spec, block reward minting.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from ..domain import Domain
from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["baseline_minting", "network_time"]


@declare(
    "supply",
    source="Protocol Labs (2020), Engineering Filecoin's economy; Filecoin spec, block reward minting",
    M=given("token", "minted by the clock in the end", 330, "[0, inf)"),
    B=given("token", "minted against the baseline in the end", 770, "[0, inf)"),
    lam=given("1/year", "rate of decay of rewards", 0.1155, "(0, inf)", latex=r"\lambda"),
    b0=given("byte", "baseline at the start", 1, "(0, inf)", latex="b_0"),
    g=given("1/year", "growth of the baseline", 0.6931, "(0, inf)"),
    R=given("byte year", "capped work of the network", 4, "[0, inf)"),
    t=given("year", "time", 5, "[0, inf)"),
)
def baseline_minting(M: Expr, B: Expr, lam: Expr, b0: Expr, g: Expr, R: Expr, t: Expr) -> Declared:
    """One part of the rewards is minted by the clock, the other as fast as the network meets a baseline."""
    s = sp.Symbol("s", nonnegative=True)
    simple = yield formula("simple", M * (1 - sp.exp(-lam * t)), "token", "minted by the clock")
    time = yield formula("network_time", sp.log(1 + g * R / b0) / g, "year", "effective network time")
    minted = yield formula("baseline", B * (1 - (1 + g * R / b0) ** (-lam / g)), "token", "minted against the baseline")
    total = yield formula("minted", simple + minted, "token", "minted in all")
    work = yield formula("work_at_baseline", b0 * (sp.exp(g * t) - 1) / g, "byte year", "work that meets the baseline")
    yield claim("clock", sp.Integral(M * lam * sp.exp(-lam * s), (s, 0, t)), simple, "rewards that decay")
    yield claim("network time", sp.Subs(work, t, time), R, "the baseline would have done as much by then")
    yield claim("minted at network time", B * (1 - sp.exp(-lam * time)), minted, "the same decay on another clock")
    yield claim("baseline met", sp.Subs(time, R, work), t, "then both clocks agree")
    yield claim("work at the baseline", sp.Integral(b0 * sp.exp(g * s), (s, 0, t)), work, "integrated")
    speed = sp.Subs(sp.Derivative(total, R), R, 0)
    yield claim("first reward of work", speed, B * lam / b0, "per byte and year, at the start")
    yield sketch("baseline", over="R", low=0, high=60, g=(0.2, 0.6931, 1.5))
    yield sketch("simple", over="t", low=0, high=30, lam=(0.05, 0.1155, 0.3))


def network_time(times: Any, power: Any, *, b0: float, g: float) -> Any:
    """Effective network time along a path of the network's power, which is linear between the times given.

    Parameters
    ----------
    times : array_like
        Years, rising, the first not negative; two or more.
    power : array_like
        The network's power at these times, not negative; work counts from the first time on.
    b0, g : float
        The baseline b0 exp(g t), both positive.

    Returns
    -------
    numpy.ndarray
        theta at each time. The work is summed by trapezia over the times: finer times, finer result.

    Raises
    ------
    ValueError
        For a number outside its domain or times that do not rise.

    References
    ----------
    Filecoin spec, block reward minting.

    Examples
    --------
    >>> t = np.linspace(0, 3, 3001)
    >>> network_time(t, 100 + 0 * t, b0=1, g=0.5)[-1].round(4)
    np.float64(3.0)
    """
    some, positive = Domain.of("[0, inf)"), Domain.of("(0, inf)")
    t, p = some.check("times", times), some.check("power", power)
    first, growth = float(positive.check("b0", b0)), float(positive.check("g", g))
    if t.ndim != 1 or len(t) < 2 or np.any(np.diff(t) <= 0) or p.shape != t.shape:
        raise ValueError(f"times rise and have one power each, two or more: got the shapes {t.shape} and {p.shape}")
    with np.errstate(over="ignore"):
        counted = np.minimum(p, first * np.exp(growth * t))
    work = np.concatenate([[0.0], np.cumsum(np.diff(t) * (counted[1:] + counted[:-1]) / 2)])
    return baseline_minting["network_time"](R=work, b0=first, g=growth)
