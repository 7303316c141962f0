"""A sign that is named holds at every point; one that depends takes both."""

import numpy as np
import pytest
import sympy as sp

from analytic.signs import sign

n, g, x = sp.symbols("n gamma x", positive=True)
m = sp.Symbol("m", integer=True, positive=True)
r = sp.Symbol("r", real=True)
RANGES = {n: (1, float("inf")), g: (0, 1)}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        (n - 1, "positive"),
        (g - n, "negative"),
        ((1 - g) * (n - 1 + g), "positive"),
        (g * (g - 1) * x ** (g - 2), "negative"),
        (2 * m - 1, "positive"),
        (r**2, "nonnegative"),
        (-((r - x) ** 2), "nonpositive"),
        ((n + g) ** 2 - n**2 - 2 * n * g - g**2, "zero"),
        (n - 2, "depends"),
        (2 * g - 1, "depends"),
        (r, "depends"),
        (1 / (n - 1), "positive"),
        (1 / (1 - n) ** 3, "negative"),
    ],
)
def test_signs(expression, expected):
    found = sign(expression, ranges=RANGES)
    assert found.name == expected
    rng = np.random.default_rng(3)
    values = []
    for _ in range(200):
        at = {
            n: 1 + rng.exponential(),
            g: rng.uniform(0, 1),
            x: rng.exponential(),
            r: rng.normal(),
            m: rng.integers(1, 9),
        }
        values.append((float(expression.subs(at)), bool(found.condition.subs(at))))
    if expected in ("positive", "negative", "depends"):
        assert all((value > 0) == condition for value, condition in values)
    signs = {np.sign(value) for value, _ in values if abs(value) > 1e-12}
    assert signs == {"positive": {1}, "nonnegative": {1}, "negative": {-1}, "nonpositive": {-1}, "zero": set()}.get(
        expected, {1, -1}
    )
