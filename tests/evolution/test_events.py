"""Events along orbits: times against closed forms, what stops an orbit, names and refusals."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from evolution.dynamics import Logit, Replicator
from evolution.events import Event, LeaderChange
from evolution.feedback_models import posted_price
from evolution.trajectory import integrate
from gametheory.normal_form import NormalForm

RPS = [[0, -1, 1], [1, 0, -1], [-1, 1, 0]]
BAD_RPS = [[0, -2, 1], [1, 0, -2], [-2, 1, 0]]
LOGISTIC = Replicator([[1, 1], [0, 0]])  # x_0 = 1 / (1 + 9 exp(-t)) from 0.1
PENNIES = NormalForm([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], players=["even", "odd"])


def logistic(**asked):
    return integrate(LOGISTIC, x0=[0.1, 0.9], **asked)


class TestTimes:
    @pytest.mark.parametrize("level", [0.11, 0.5, 0.9, 0.99999])
    @pytest.mark.parametrize("t", [20, [0, 20], [20]])
    def test_a_share_crosses_a_level(self, level, t):
        exact = np.log(9 * level / (1 - level))
        x = sp.Symbol("x_0")
        found = logistic(
            t=t, events={"text": f"x_0 - {level}", "function": lambda s: s[0] - level, "formula": x - level}
        ).events
        for crossings in found.values():
            assert crossings.t == pytest.approx([exact], rel=1e-7)
            assert crossings.to == ("rising",)
            assert crossings.states[0, 0] == pytest.approx(level, abs=1e-9)

    def test_all_crossings_of_a_closed_orbit(self):
        """Up and down alternate, and each kind returns after one period."""
        flow = integrate(Replicator(RPS), x0=[0.5, 0.3, 0.2], t=100, events={"line": "x_0 - 1/3"})
        line = flow.events["line"]
        assert len(line) >= 16
        assert set(zip(line.to, line.to[1:], strict=False)) == {("rising", "falling"), ("falling", "rising")}
        periods = np.diff(line.t[::2])
        np.testing.assert_allclose(periods, periods[0], rtol=1e-6)
        np.testing.assert_allclose(line.states[::2], np.tile(line.states[0], (len(line.t[::2]), 1)), atol=1e-6)

    def test_direction(self):
        game = Replicator(RPS)
        both, up, down = (
            integrate(game, x0=[0.5, 0.3, 0.2], t=50, events=Event("x_0 - 1/3", direction=d)).events["x_0 - 1/3"]
            for d in (0, 1, -1)
        )
        assert sorted([*up.t, *down.t]) == list(both.t)
        assert set(up.to) == {"rising"}
        assert set(down.to) == {"falling"}

    def test_a_start_on_the_line_is_no_event(self):
        flow = integrate(Replicator(RPS), x0=[1 / 3, 0.5, 1 - 1 / 3 - 0.5], t=2, events=lambda s: s[0] - 1 / 3)
        assert len(flow.events["event 0"]) == 0
        flat = logistic(t=5, events=lambda s: 0.0)
        assert len(flat.events["event 0"]) == 0

    def test_leaders_change_where_two_logarithms_meet(self):
        flow = integrate(Replicator(BAD_RPS), x0=[0.4, 0.3, 0.3], t=3000, events={"leader": LeaderChange()})
        leader = flow.events["leader"]
        assert len(leader) >= 16
        top = np.sort(leader.states, axis=1)
        np.testing.assert_allclose(top[:, -1], top[:, -2], rtol=1e-6)
        stays = np.diff(leader.t)
        assert stays[-1] / stays[-2] == pytest.approx(2, abs=0.01)
        assert all((int(b) - int(a)) % 3 == 1 for a, b in zip(leader.to, leader.to[1:], strict=False))
        grid = integrate(Replicator(BAD_RPS), x0=[0.4, 0.3, 0.3], t=np.linspace(0, 3000, 30001))
        assert np.count_nonzero(np.diff(grid.x.argmax(axis=1))) == len(leader)

    def test_several_roles_and_an_environment(self):
        market = posted_price(value=3, cost=1, buyers=10, sellers=10)
        x0 = {"buyer": [0.7, 0.3], "seller": [0.2, 0.8], "p": 1.5}
        events = {
            "price": "p - 2",
            "balance": "buy - sell",
            "stay": "buyer_wait - 1/10",
            "function": lambda s: s["p"] - 2,
            "seller": LeaderChange("seller"),
        }
        flow = integrate(Replicator(market), x0=x0, t=10, events=events)
        np.testing.assert_allclose(flow.events["price"].t, flow.events["function"].t, atol=1e-12)
        np.testing.assert_allclose(flow.events["price"].states["p"], 2, atol=1e-8)
        np.testing.assert_allclose(flow.events["seller"].states["seller"][:, 0], 0.5, atol=1e-8)
        assert flow.events["seller"].to[0] == "sell"
        at = flow.events["balance"].t
        assert len(at) >= 1
        np.testing.assert_allclose(flow.at(at)["buyer"][:, 0], flow.at(at)["seller"][:, 0], atol=1e-8)


class TestEnds:
    def test_a_terminal_event_ends_the_orbit(self):
        flow = logistic(t=20, events=Event("x_0 - 1/2", terminal=True))
        assert flow.t[-1] == pytest.approx(np.log(9), abs=1e-8)
        assert flow.final[0] == pytest.approx(0.5, abs=1e-10)
        assert flow.success
        assert "by the event x_0 - 1/2" in flow.status
        listed = logistic(t=[0, 1, 2, 3], events=Event("x_0 - 1/2", terminal=True))
        assert listed.t.tolist() == [0, 1, 2]
        assert listed.events["x_0 - 1/2"].t == pytest.approx([np.log(9)], abs=1e-8)

    def test_the_first_terminal_event_counts(self):
        events = {
            "late": Event("x_0 - 0.6", terminal=True),
            "early": Event("x_0 - 0.5", terminal=True),
            "seen": "x_0 - 0.55",
        }
        flow = logistic(t=20, events=events)
        assert "by the event early" in flow.status
        assert [len(flow.events[name]) for name in ("late", "early", "seen")] == [0, 1, 0]

    @pytest.mark.parametrize("method", ["DOP853", "LSODA", "Radau", "BDF"])
    def test_every_method_sees_events(self, method):
        flow = integrate(
            Logit([[-0.5, 2], [0, 1]], temperature=1e-2), x0=[0.05, 0.95], t=10, events="x_0 - 1/2", method=method
        )
        assert flow.events["x_0 - 1/2"].t == pytest.approx([np.log(0.95 / 0.5)], abs=1e-6)  # straight to hawk

    def test_no_events_at_rest(self):
        flow = integrate(Replicator(RPS), x0=[0, 1, 0], t=5, events=LeaderChange())
        assert len(flow.events["leader"]) == 0


class TestRefusals:
    @pytest.mark.parametrize(
        ("events", "words"),
        [
            ("x_7 - 1/2", "x_7"),
            (sp.Symbol("q") - 1, "holds q; known are"),
            (lambda s: np.nan, "is nan at"),
            (LeaderChange("nobody"), "leader of role 'nobody'"),
            (["x_0 - 1/2", "x_0 - 1/2"], "several events are called"),
        ],
    )
    def test_events(self, events, words):
        with pytest.raises(ValueError, match=words):
            logistic(t=1, events=events)

    def test_direction(self):
        with pytest.raises(ValueError, match="direction = 2"):
            Event("x_0", direction=2)
        with pytest.raises(TypeError, match="formula or a function"):
            logistic(t=1, events={"no": 3})

    def test_leader_of_several_roles(self):
        with pytest.raises(ValueError, match="say one of even, odd"):
            integrate(Replicator(PENNIES), x0=([0.3, 0.7], [0.6, 0.4]), t=1, events=LeaderChange())

    def test_an_error_in_an_event_is_the_callers(self):
        def broken(state):
            if state[0] > 0.4:
                raise ZeroDivisionError("my own")
            return 1.0

        with pytest.raises(ZeroDivisionError, match="my own"):
            logistic(t=10, events=broken)

    def test_an_unknown_name_is_told_with_the_known_ones(self):
        with pytest.raises(ValueError, match=r"'hawk'.*the state has .*x_0.*x_1"):
            logistic(t=1, events="hawk - 1/2")

    def test_a_function_gives_one_number(self):
        with pytest.raises(ValueError, match=r"an array of shape \(2,\); it must give one number"):
            logistic(t=1, events=lambda x: x - 0.5)
