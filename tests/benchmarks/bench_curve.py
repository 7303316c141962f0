"""What a million trades cost and buy: each family of curves against the formula typed by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from harness import Peer, Row
from numpy import exp, expm1, log1p, sqrt

from analytic import BondingCurve

POINTS = 1_000_000
S = np.linspace(0.0, 1000.0, POINTS)
Q = np.linspace(1.0, 10.0, POINTS)
E = np.linspace(1.0, 50.0, POINTS)
PIECES = {"starts": [0, 300, 600], "prices": [1, 4, 10], "slopes": [0.01, 0.02, 0.0]}
STARTS, PRICES, SLOPES = (np.array(PIECES[each], dtype=float) for each in ("starts", "prices", "slopes"))
LEVELS = np.array([0.0, 300 * 2.5, 300 * 2.5 + 300 * 7.0])

CURVES: dict[str, dict[str, Any]] = {
    "linear": {"m": 0.02, "b": 0.5},
    "polynomial": {"coefficients": [0.5, 0.02, 0.001]},
    "power": {"c": 0.001, "n": 1.5},
    "exponential": {"a": 0.5, "k": 0.002},
    "sigmoid": {"K": 10, "k": 0.01, "S0": 500},
    "logarithmic": {"a": 5, "c": 10},
    "bancor": {"F": 0.4, "S0": 1000, "R0": 250},
    "piecewise": PIECES,
    "launch": {"V": 30, "T": 1500, "L": 1450},
    "gompertz": {"a": 10, "c": 4, "k": 0.005},
}


def _level(s: Any) -> Any:
    at = np.searchsorted(STARTS, s, side="right") - 1
    over = s - STARTS[at]
    return LEVELS[at] + over * (PRICES[at] + SLOPES[at] * over / 2)


def _pieces_bought() -> Any:
    target = _level(S) + E
    at = np.searchsorted(LEVELS, target, side="right") - 1
    p, m, left = PRICES[at], SLOPES[at], target - LEVELS[at]
    return STARTS[at] + 2 * left / (p + sqrt(p * p + 2 * m * left)) - S


def _log_bought() -> Any:
    from scipy.special import lambertw

    reserve = 5 * ((S + 10) * log1p(S / 10) - S)
    return 10 * (exp(1 + lambertw(((reserve + E) / 50 - 1) / np.e).real) - 1) - S


def _gompertz_paid() -> Any:
    from scipy.special import exp1

    return 2000 * (exp1(4 * exp(-0.005 * (S + Q))) - exp1(4 * exp(-0.005 * S)))


PAID: dict[str, Callable[[], Any]] = {
    "linear": lambda: Q * (0.02 * S + 0.5 + 0.01 * Q),
    "polynomial": lambda: (
        (S + Q) * (0.5 + (S + Q) * (0.01 + (S + Q) * (0.001 / 3))) - S * (0.5 + S * (0.01 + S * (0.001 / 3)))
    ),
    "power": lambda: 0.001 / 2.5 * ((S + Q) ** 2.5 - S**2.5),
    "exponential": lambda: 250 * exp(0.002 * S) * expm1(0.002 * Q),
    "sigmoid": lambda: 1000 * (log1p(exp(0.01 * (S + Q - 500))) - log1p(exp(0.01 * (S - 500)))),
    "logarithmic": lambda: 5 * ((S + Q + 10) * log1p((S + Q) / 10) - (S + 10) * log1p(S / 10) - Q),
    "bancor": lambda: 250 * (((S + Q) / 1000) ** 2.5 - (S / 1000) ** 2.5),
    "piecewise": lambda: _level(S + Q) - _level(S),
    "launch": lambda: 30 * 1500 * Q / ((1500 - S) * (1500 - S - Q)),
    "gompertz": _gompertz_paid,
}
BOUGHT: dict[str, Callable[[], Any]] = {
    "linear": lambda: 2 * E / (0.02 * S + 0.5 + sqrt((0.02 * S + 0.5) ** 2 + 0.04 * E)),
    "power": lambda: (S**2.5 + 2500 * E) ** 0.4 - S,
    "exponential": lambda: log1p(0.002 * E / (0.5 * exp(0.002 * S))) / 0.002,
    "sigmoid": lambda: log1p(expm1(0.001 * E) * (1 + exp(-0.01 * (S - 500)))) / 0.01,
    "logarithmic": _log_bought,
    "bancor": lambda: 1000 * ((250 * (S / 1000) ** 2.5 + E) / 250) ** 0.4 - S,
    "piecewise": _pieces_bought,
    "launch": lambda: E * (1500 - S) ** 2 / (45_000 + E * (1500 - S)),
}


def rows() -> Iterator[Row]:
    """`BondingCurve.cost` and `BondingCurve.mint`, checks of the arguments included."""
    for work, by_hand in (("cost", PAID), ("mint", BOUGHT)):
        for family, formula in by_hand.items():
            curve = BondingCurve.of(family, **CURVES[family])
            ours = (lambda c=curve: c.cost(S, Q)) if work == "cost" else (lambda c=curve: c.mint(S, E))
            peers = [Peer("formula by hand in NumPy", lambda formula=formula: formula)]
            yield Row(f"{work} on a {family} curve", lambda ours=ours: ours, peers, POINTS, "points")
