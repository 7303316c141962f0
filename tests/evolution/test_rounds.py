"""Simultaneous revision: fixed points, two-cycles and their threshold, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq

from evolution.dynamics import Logit, Replicator
from evolution.rounds import iterate
from gametheory.normal_form import NormalForm

HOLDING = [[-1, 1], [0, 0]]  # payoff of holding 1 - 2 x, of waiting 0


def logistic(x, temperature):
    return 1 / (1 + np.exp(-(1 - 2 * x) / temperature))


def test_one_round_of_choice_by_hand():
    orbit = iterate(Logit(HOLDING, temperature=0.25), x0=[0.3, 0.7], steps=1, revising=0.4)
    assert orbit.x[1, 0] == pytest.approx(0.6 * 0.3 + 0.4 * logistic(0.3, 0.25), abs=1e-15)
    assert orbit.t.tolist() == [0, 1]


def test_two_cycle_below_the_threshold():
    """x and 1 - x swap where x = (1 - eta)(1 - x) + eta L(1 - x); at eta = 0.5, T = 0.1 that is 0.3488."""
    orbit = iterate(Logit(HOLDING, temperature=0.1), x0=[0.4, 0.6], steps=300, revising=0.5)
    low = brentq(lambda x: 0.5 * (1 - x) + 0.5 * logistic(1 - x, 0.1) - x, 0.2, 0.45)
    assert sorted(orbit.x[-2:, 0]) == pytest.approx([low, 1 - low], abs=1e-10)
    assert low == pytest.approx(0.3488, abs=5e-5)
    assert orbit.status == "after 300 rounds: alternates between two states"


@pytest.mark.parametrize("revising", [0.3, 0.5, 1.0])
def test_threshold_temperature(revising):
    """Slope of the map at 1/2 is 1 - eta - eta/(2T), so the two-cycle is born at T* = eta/(2 (2 - eta))."""
    threshold = revising / (2 * (2 - revising))
    above = iterate(Logit(HOLDING, temperature=1.1 * threshold), x0=[0.45, 0.55], steps=600, revising=revising)
    below = iterate(Logit(HOLDING, temperature=0.9 * threshold), x0=[0.45, 0.55], steps=600, revising=revising)
    assert above.status.endswith("at rest")
    assert above.final[0] == pytest.approx(0.5, abs=1e-8)
    assert below.status.endswith("alternates between two states")


def test_imitation_in_rounds_keeps_faces_and_the_simplex():
    orbit = iterate(Replicator(np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / 2), x0=[0.6, 0.4, 0], steps=50)
    assert (orbit.x[:, 2] == 0).all()
    np.testing.assert_allclose(orbit.x.sum(axis=1), 1, atol=1e-14)


def test_two_roles():
    pennies = NormalForm([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    orbit = iterate(Logit(pennies, temperature=10), x0=([0.9, 0.1], [0.3, 0.7]), steps=200)
    np.testing.assert_allclose(orbit.final["player 2"], [0.5, 0.5], atol=1e-9)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"steps": 0}, "steps = 0"),
        ({"steps": 2.5}, "steps = 2.5"),
        ({"steps": 5, "revising": 0}, "revising = 0"),
        ({"steps": 5, "revising": 1.5}, "revising = 1.5"),
    ],
)
def test_refusals(arguments, words):
    with pytest.raises(ValueError, match=words):
        iterate(Logit(HOLDING, temperature=1), x0=[0.5, 0.5], **arguments)


def test_rates_above_one_are_no_probabilities():
    with pytest.raises(ValueError, match=r"switch with probability 2.5"):
        iterate(Replicator([[5, 5], [0, 0]]), x0=[0.5, 0.5], steps=5)
