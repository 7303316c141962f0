"""Symbols: one a name, and the table of a paper read off them."""

import pytest
import sympy as sp

from analytic.symbols import QUANTITIES, Quantity, notation, symbol


def test_the_same_name_is_the_same_symbol():
    assert symbol("S") is symbol("S")
    assert symbol("anything") is symbol("anything")


def test_assumptions_come_from_the_registry_unless_stated():
    assert symbol("S").is_nonnegative
    assert symbol("m").is_positive
    assert symbol("g").is_real
    assert symbol("g").is_positive is None
    assert symbol("S", positive=True).is_positive


@pytest.mark.parametrize(
    ("name", "latex"), [("n_s", "n_{s}"), ("S0", "S_{0}"), ("eta", r"\eta"), ("phi", r"\phi"), ("S", "S")]
)
def test_names_print_as_mathematics(name, latex):
    assert notation([symbol(name)])[0].latex == latex


def test_every_registered_symbol_has_a_meaning():
    assert all(quantity.meaning for quantity in QUANTITIES.values())
    assert all(name == quantity.name for name, quantity in QUANTITIES.items())


def test_notation_lists_what_occurs_once_and_prefers_the_users_words():
    S, g = symbol("S"), symbol("g")
    rows = notation([S * g, S + 1], {"g": Quantity("g", unit="currency", meaning="slashing gain")})
    assert [row.name for row in rows] == ["g", "S"]
    assert [row.unit for row in rows] == ["currency", "token"]
    assert notation(S, {"S": "keys"})[0].meaning == "keys"
    assert notation(S, {"S": "keys"})[0].unit == "token"


def test_a_symbol_needs_a_name():
    with pytest.raises(ValueError, match="needs a name"):
        symbol("")
    with pytest.raises(ValueError, match="needs a name"):
        Quantity("")


def test_the_registry_cannot_be_changed():
    with pytest.raises(TypeError):
        QUANTITIES["S"].assumptions["positive"] = True  # type: ignore[index]
    assert isinstance(symbol("S"), sp.Symbol)
