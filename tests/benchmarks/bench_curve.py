"""What a trade costs at a million supplies: compiled from the symbols, against the formula typed by hand."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import sympy as sp
from harness import Call, Peer, Row

from analytic import BondingCurve, compile_numpy

POINTS = 1_000_000
SUPPLY = np.linspace(0.0, 1000.0, POINTS)
QUANTITY = np.linspace(1.0, 10.0, POINTS)
PARAMETERS = {"linear": {"m": 0.02, "b": 0.5}, "exponential": {"a": 0.5, "k": 0.002}}


def _curve(family: str) -> BondingCurve:
    return getattr(BondingCurve, family)(**PARAMETERS[family])


def _compiled(family: str) -> Call:
    curve, q = _curve(family), sp.Symbol("q", positive=True)
    cost = compile_numpy(curve.cost(curve.S, q), (curve.S, q))
    return lambda: cost(SUPPLY, QUANTITY)


def _method(family: str) -> Call:
    curve = _curve(family)
    return lambda: curve.cost(SUPPLY, QUANTITY)


def _by_hand(family: str) -> Call:
    if family == "linear":
        m, b = 0.02, 0.5
        return lambda: QUANTITY * (m * SUPPLY + b + 0.5 * m * QUANTITY)
    a, k = 0.5, 0.002
    return lambda: a / k * np.exp(k * SUPPLY) * np.expm1(k * QUANTITY)


def rows() -> Iterator[Row]:
    """Two families; `BondingCurve.cost` itself, with its checks of the arguments, is timed beside them."""
    for family in PARAMETERS:
        peers = [
            Peer("formula by hand in NumPy", lambda family=family: _by_hand(family)),
            Peer("BondingCurve.cost", lambda family=family: _method(family), note="ours too: checks its arguments"),
        ]
        yield Row(f"cost on a {family} curve", lambda family=family: _compiled(family), peers, POINTS, "points")
