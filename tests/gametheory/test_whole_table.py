"""Machine numbers read as whole numbers over one denominator are the numbers they were, entry by entry."""

import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from gametheory.dispatch import solve
from gametheory.normal_form import NormalForm
from gametheory.whole_table import comparable, whole_table


@given(hnp.arrays(np.float64, (2, 3), elements=st.floats(allow_nan=False, allow_infinity=False)))
def test_floats_are_read_exactly(values):
    table = whole_table(values, "payoffs")
    for whole, value, kept in zip(table.wholes.flat, values.flat, table.floats.flat, strict=True):
        assert Fraction(whole, table.scale) == Fraction(float(value))
        assert kept == value
    again = whole_table(values.tolist(), "payoffs")  # entry by entry, in Fractions
    assert again.scale == table.scale
    assert again.wholes.tolist() == table.wholes.tolist()


@pytest.mark.parametrize("dtype", [np.int8, np.uint64, np.int64, np.float16, np.float32])
def test_every_machine_number_has_its_exact_value(dtype):
    info = np.iinfo(dtype) if np.issubdtype(dtype, np.integer) else np.finfo(dtype)
    values = np.array([[info.max, info.min, 0, 1]], dtype=dtype)
    table = whole_table(values, "payoffs")
    assert [Fraction(w, table.scale) for w in table.wholes.flat] == [Fraction(v) for v in values.ravel().tolist()]


def test_numbers_too_large_for_64_bits_are_compared_as_they_are():
    large = np.array([2**63, 2**63 + 1], dtype=object)
    assert comparable(large).argmax() == 1
    assert comparable(large).dtype == object


def test_ten_players_with_three_strategies_take_less_than_a_second():
    rng = np.random.default_rng(0)
    tables = [rng.integers(0, 3, (3,) * 10) for _ in range(10)]
    start = time.perf_counter()
    found = solve(NormalForm(*tables), "pure")
    assert time.perf_counter() - start < 1
    for e in found[:5]:  # by looking at each deviation
        cell = [part[0] for part in e.support]
        for player, table in enumerate(tables):
            row = [table[(*cell[:player], a, *cell[player + 1 :])] for a in range(3)]
            assert row[cell[player]] == max(row)
    assert e.regret == 0
