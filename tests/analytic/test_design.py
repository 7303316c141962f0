"""Designs are complete when made; what is wrong is named with its value, range and nearest name."""

from dataclasses import replace

import pytest
import sympy as sp

from analytic.catalogue import affiliate, find, holding
from analytic.design import Action, Distribution, Parameter, Protocol, Role, Strategy
from analytic.move import MINTED, Claim, Mint

x = sp.Symbol("x", nonnegative=True)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: affiliate().at(kk=1), "did you mean 'k'"),
        (lambda: affiliate().at(phi=1), r"phi is 1, outside its domain \[0, 1\)"),
        (lambda: affiliate().at(m=0), r"currency/token\^2"),
        (lambda: affiliate().at(c="cheap"), "must be a number"),
        (lambda: affiliate().under("closed grup"), "did you mean 'closed group'"),
        (lambda: affiliate().role("designer"), "must be one of 'affiliate'"),
        (lambda: find("afiliate"), "affiliate"),
        (lambda: Parameter("2k", sp.Integer(1)), "identifier"),
        (lambda: Parameter("k", sp.Integer(1), control="god"), "control of parameter k"),
        (lambda: Protocol("p", order="at once"), "order of protocol 'p'"),
        (lambda: Role("r"), "either strategies or an action"),
        (lambda: Role("r", strategies=(Strategy("a"),)), "one strategy only"),
        (lambda: Role("r", strategies=(Strategy("a"), Strategy("a"))), "twice"),
        (lambda: Role("r", action=Action(x, sp.S.Zero, sp.S.One)), "neither moves nor a payoff"),
        (lambda: Distribution("uniform", (sp.S.One, sp.S.Zero)), "low < high"),
        (lambda: Distribution("discrete", (sp.S.One,), (sp.Rational(1, 2),)), "sum to 1"),
        (lambda: replace(affiliate(), roles=()), "at least one role"),
        (lambda: replace(affiliate(), curves={}), "a curve in the moves of role affiliate"),
        (lambda: replace(affiliate(), treasuries={}), "a treasury in the moves"),
        (lambda: replace(affiliate(), parameters=affiliate().parameters * 2), "names a parameter twice"),
    ],
)
def test_what_is_wrong_is_said(make, words):
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize("amount", [sp.Integer(3), x * MINTED, MINTED**2, sp.Min(MINTED, 5)])
def test_a_batch_claim_that_a_treasury_could_not_foresee_is_refused(amount):
    role = affiliate().role()
    moves = (*role.moves[:2], Claim(amount, "designer", "token"))
    with pytest.raises(ValueError, match="constant times"):
        replace(affiliate(), roles=(replace(role, moves=moves),))


def test_numbers_are_read_exactly_and_the_design_is_left_as_it_was():
    design = affiliate()
    bound = design.at(k=0.3, c="1/3")
    assert [bound.number(bound.parameter(p).symbol) for p in "kc"] == [sp.Rational(3, 10), sp.Rational(1, 3)]
    assert design.number(design.parameter("k").symbol) == sp.Rational(1, 5)
    with pytest.raises(TypeError):
        design.curves["other"] = None


def test_scaling_keeps_totals():
    small, large = holding(), holding().scaled(1000)
    for name in ("lot", "v", "T"):
        assert large.number(large.parameter(name).symbol) * 10 == small.number(small.parameter(name).symbol)
    fixed = replace(small, roles=(replace(small.role(), count=sp.Integer(7)),))
    with pytest.raises(ValueError, match="cannot be scaled"):
        fixed.scaled(10)


def test_programmes_are_what_a_role_may_do():
    assert holding().role().programmes == ((Mint(holding().parameter("lot").symbol, "token"),), ())
    assert affiliate().role().programmes == (affiliate().role().moves,)
    assert affiliate().collects
    assert not holding().collects


def test_expectations_over_a_distribution():
    v = sp.Symbol("v")
    two = Distribution("discrete", (sp.S.One, sp.Integer(3)), (sp.Rational(1, 4), sp.Rational(3, 4)))
    assert two.expect(v**2, v) == 7
    assert Distribution("uniform", (sp.S.Zero, sp.Integer(2))).expect(v, v) == 1
