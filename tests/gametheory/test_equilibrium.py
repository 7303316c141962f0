"""The result type: read-only, picklable, printable, and honest about completeness."""

import json
import pickle
from dataclasses import FrozenInstanceError
from decimal import Decimal
from fractions import Fraction as F

import numpy as np
import pytest
import sympy

from gametheory.equilibrium import Equilibrium, EquilibriumSet, isolated

HALF = Equilibrium.of(
    ((F(1, 3), F(2, 3)),), regret=F(0), certificate="by hand", names=("row",), details={"welfare": F(5, 2)}
)
ROOT = Equilibrium.of(((sympy.sqrt(2) - 1, 2 - sympy.sqrt(2)),), regret=F(0), certificate="by a root", stability="ess")
EFFORT = Equilibrium(profile=(np.array([16.2]),), exact=None, regret=1e-12, support=((),), certificate="by bounds")


def made(equilibria, **changes):
    fields = {
        "complete": True,
        "reason": "Looked at.",
        "concept": "nash",
        "method": "by hand",
        "game": "a game",
    }
    return EquilibriumSet(equilibria=equilibria, **(fields | changes))


def test_floats_and_support_follow_from_the_exact_form():
    assert HALF.profile[0].tolist() == [1 / 3, 2 / 3]
    assert HALF.support == ((0, 1),)
    assert ROOT.profile[0] == pytest.approx([2**0.5 - 1, 2 - 2**0.5], abs=1e-15)


def test_nothing_in_an_equilibrium_can_be_changed():
    with pytest.raises(FrozenInstanceError):
        HALF.regret = 1
    with pytest.raises(ValueError, match="read-only"):
        HALF.profile[0][0] = 1
    with pytest.raises(TypeError):
        HALF.details["welfare"] = 1


@pytest.mark.parametrize("e", [HALF, ROOT, EFFORT])
def test_it_survives_pickling(e):
    again = pickle.loads(pickle.dumps(e))
    assert again == e
    assert hash(again) == hash(e)
    assert not again.profile[0].flags.writeable
    assert again.details == e.details


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"profile": ()}, "empty"),
        ({"profile": (np.array([np.nan]),)}, "player 1"),
        ({"profile": (np.array([[1.0]]),)}, "player 1"),
        ({"exact": ((F(1), F(0)),)}, "exact"),
        ({"regret": -1.0}, "regret"),
        ({"regret": float("nan")}, "regret"),
        ({"support": ((), ())}, "support"),
    ],
)
def test_what_cannot_be_is_refused(changes, message):
    fields = {
        "profile": (np.array([1.0]),),
        "exact": None,
        "regret": 0.0,
        "support": ((0,),),
        "certificate": "-",
    }
    with pytest.raises(ValueError, match=message):
        Equilibrium(**(fields | changes))


def test_a_set_is_a_read_only_sequence():
    found = made((HALF, ROOT), components=isolated(2), nash_subsets=isolated(2))
    assert len(found) == 2
    assert list(found) == [HALF, ROOT] == list(found[:])
    assert found[-1] is ROOT
    assert ROOT in found
    assert found == pickle.loads(pickle.dumps(found))
    with pytest.raises(FrozenInstanceError):
        found.complete = False


@pytest.mark.parametrize("groups", [((0,),), ((0,), (2,)), ((0, 1, 2),)])
def test_components_name_every_equilibrium_and_no_other(groups):
    with pytest.raises(ValueError, match="components"):
        made((HALF, ROOT), components=groups)


def test_a_claim_needs_its_reason():
    with pytest.raises(ValueError, match="reason"):
        made((HALF,), reason="")


def test_the_table_shows_exact_numbers_and_the_claim():
    text = str(made((HALF, EFFORT), complete=False, reason="Stopped."))
    assert "2 answers (nash, by hand) for a game. Not complete: Stopped." in text
    assert "(1/3, 2/3)" in text
    assert "16.2" in text
    assert "stability" in str(made((ROOT,)))
    assert "~0.333333" in str(made((Equilibrium.of([[F(10**30, 3 * 10**30 + 1)]], regret=F(0), certificate="-"),)))


def test_json_has_fractions_as_text_and_floats_as_numbers():
    data = json.loads(json.dumps(made((HALF, ROOT, EFFORT), components=isolated(3)).to_dict()))
    assert data["equilibria"][0]["exact"] == [["1/3", "2/3"]]
    assert data["equilibria"][0]["profile"] == [[1 / 3, 2 / 3]]
    assert data["equilibria"][0]["details"] == {"welfare": "5/2"}
    assert data["equilibria"][0]["regret"] == "0"
    assert data["equilibria"][1]["exact"][0][0] == "-1 + sqrt(2)"
    assert data["equilibria"][2]["regret"] == 1e-12
    assert data["components"] == [[0], [1], [2]]


def test_exact_numbers_of_any_length_are_told():
    tiny = F(1, 7**6000)  # 5071 digits; Python prints integers of 4300
    e = Equilibrium.of([[tiny, 1 - tiny]], regret=F(0), certificate="by hand", details={"payoffs": (tiny,)})
    told = e.to_dict()
    first, second = told["exact"][0]
    assert int(Decimal(first.removeprefix("1/"))) == 7**6000
    assert told["details"]["payoffs"] == [first]
    assert second.endswith(first.removeprefix("1"))
    assert str(e) == "(~0, ~1)"
