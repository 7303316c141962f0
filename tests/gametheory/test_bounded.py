"""The record of bounded thinking: ranges, limits, and what is refused."""

import math
import pickle
from dataclasses import FrozenInstanceError

import pytest

from gametheory.bounded import Intelligence


def test_the_default_is_the_best_reply():
    mind = Intelligence()
    assert (mind.precision, mind.depth, mind.memory, mind.cost) == (math.inf, math.inf, 0, 0)
    assert mind.temperature == 0


@pytest.mark.parametrize(("precision", "temperature"), [(0, math.inf), (20, 0.05), (0.5, 2), (math.inf, 0)])
def test_temperature_is_the_inverse_of_precision(precision, temperature):
    assert Intelligence(precision=precision).temperature == temperature


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("precision", -1),
        ("precision", math.nan),
        ("precision", "high"),
        ("precision", True),
        ("depth", -1),
        ("depth", 1.5),
        ("depth", math.nan),
        ("memory", -2),
        ("memory", None),
        ("memory", -math.inf),
        ("cost", -0.1),
        ("cost", math.inf),
        ("cost", math.nan),
    ],
)
def test_a_value_outside_its_range_is_refused_by_name(field, value):
    with pytest.raises(ValueError, match=field):
        Intelligence(**{field: value})


def test_it_is_a_value():
    mind = Intelligence(precision=3, depth=2, memory=10, cost=0.1)
    assert mind == pickle.loads(pickle.dumps(mind))
    assert hash(mind) == hash(Intelligence(precision=3, depth=2, memory=10, cost=0.1))
    with pytest.raises(FrozenInstanceError):
        mind.depth = 3
