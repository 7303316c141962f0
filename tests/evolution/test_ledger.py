"""The ledger's books: what they hold, and how small an error they notice."""

from dataclasses import replace

import numpy as np
import pytest

from analytic.curve import BondingCurve
from evolution.economy.ledger import ConservationError, Ledger

CURVES = {"token": BondingCurve.linear(m=2, b=0)}
BOOKS = Ledger(
    curves=("token",), treasuries=("designer",), sinks=("effort",), B=np.array([3.0, 4.0]), H=np.array([[1.0], [1.0]]),
    S=np.array([[3.0]]), R=np.array([[9.0]]), F=np.array([[0.5]]), treasury=np.array([[2.0]]), sink=np.array([[1.0]]),
    crowd=np.array([[1.0]]), outside=5.0,
)  # fmt: skip


def test_money_is_all_there_is_less_what_came_from_outside():
    assert BOOKS.money() == 3 + 4 + 9 + 0.5 + 2 + 1 - 5
    BOOKS.check(CURVES, 14.5)


@pytest.mark.parametrize("slot", ["B", "R", "F", "treasury", "sink"])
@pytest.mark.parametrize("amount", [1e-6, -1e-6, np.nan])
def test_a_millionth_that_appears_anywhere_is_noticed(slot, amount):
    with pytest.raises(ConservationError, match="money is not conserved"):
        replace(BOOKS, **{slot: getattr(BOOKS, slot) + amount}).check(CURVES, 14.5)


def test_tokens_and_reserve_have_laws_of_their_own():
    with pytest.raises(ConservationError, match="tokens of 'token' held"):
        replace(BOOKS, crowd=BOOKS.crowd + 1e-6).check(CURVES, 14.5)
    with pytest.raises(ConservationError, match="integral of its price"):
        replace(BOOKS, R=BOOKS.R - 1e-6, F=BOOKS.F + 1e-6).check(CURVES, 14.5)
