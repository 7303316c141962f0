"""Environment feedback: against formulas typed here and other solvers, at the ends of domains, and in words."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import mpmath
import numpy as np
import pytest
import sympy as sp
from scipy.integrate import solve_ivp
from scipy.special import expit

from analytic.catalogue import holding
from analytic.curve import BondingCurve
from evolution.direct_protocols import ProjectionProtocol
from evolution.dynamics import Logit, MeanDynamics, Replicator
from evolution.events import LeaderChange
from evolution.feedback import Feedback, FeedbackFunctions
from evolution.feedback_models import (
    decaying_resource,
    oscillating_commons,
    posted_price,
    renewable_resource,
    token_supply,
)
from evolution.named_dynamics import BNN, ReplicatorMutator, Smith
from evolution.trajectory import integrate
from gametheory.normal_form import NormalForm
from gametheory.population import Population

TABLES = Path(__file__).parents[1] / "oracles" / "data"


def oracle(table, name):
    return next(e for e in json.loads((TABLES / f"{table}.json").read_text()) if e["id"] == name)


def slopes(dynamics, state, step=1e-6):
    """Jacobian in x (the first share of two) and the environment, by central differences."""
    middle = dynamics.pack(state)
    moves = np.zeros((len(dynamics.environment) + 1, len(middle)))
    moves[0, :2] = 1, -1
    moves[1:, 2:] = np.eye(len(dynamics.environment))
    change = [dynamics.flow(middle + step * m) - dynamics.flow(middle - step * m) for m in moves]
    return np.delete(np.array(change), 1, axis=1).T / (2 * step)


def commons(theta=2, speed=0.1):
    return oscillating_commons([[5, 1], [3, 0]], [[3, 0], [5, 1]], theta=theta, speed=speed)


def wandering(rt0, sp0, tr1, ps1):
    """Weitz's asymmetric feedback by the four payoff gaps: cooperation pays at n = 0, defection at n = 1."""
    return oscillating_commons([[rt0, sp0], [0, 0]], [[-tr1, -ps1], [0, 0]], theta=2, speed=0.1)


class TestOracles:
    def test_frequency_of_the_symmetric_commons(self):
        entry = oracle("evolution", "weitz_symmetric_frequency")
        given = entry["inputs"]
        r, s, t, p = (given[key] for key in "RSTP")
        game = oscillating_commons([[t, p], [r, s]], [[r, s], [t, p]], theta=given["theta"], speed=given["eps"])
        centre = 1 / (1 + given["theta"])
        # the entry counts time in units of the environment, which is 1/eps times slower
        values = np.linalg.eigvals(slopes(Replicator(game), {"population": [centre, 1 - centre], "n": 0.5}))
        found = [values[0].real / given["eps"], abs(values[0].imag) / given["eps"]]
        np.testing.assert_allclose(found, entry["expected"], atol=entry["tolerance"])

    def test_contraction_of_the_heteroclinic_cycle(self):
        """Products of contracting over expanding rates at the four corners, from the velocity near them."""
        entry = oracle("evolution", "weitz_heteroclinic")
        for case, expected in zip(entry["inputs"]["cases"], entry["expected"], strict=True):
            dynamics, ratio, near = Replicator(wandering(*case.values())), 1.0, 1e-7
            for corner in ((0, 0), (1, 0), (1, 1), (0, 1)):
                x, n = np.clip(corner, near, 1 - near)
                velocity = dynamics.flow(np.array([x, 1 - x, n]))[[0, 2]]
                away = velocity * np.where(np.array(corner) == 0, 1, -1) / near
                ratio *= -away.min() / away.max()
            assert ratio == pytest.approx(expected, abs=entry["tolerance"])

    def test_threshold_of_cycles_with_a_decaying_environment(self):
        entry = oracle("theory", "RE-12-tilman")
        a0, b, c = (entry["inputs"][key] for key in ("a0", "b", "c"))

        def growth(speed):
            game = decaying_resource([[a0 + b, a0], [0, 0]], [[a0 + b - c, a0 - c], [0, 0]], speed=speed)
            x = entry["expected"]["x"]
            state = {"population": [x, 1 - x], "n": x}
            np.testing.assert_allclose(Replicator(game).flow(Replicator(game).pack(state)), 0, atol=1e-14)
            return np.trace(slopes(Replicator(game), state))

        critical = entry["expected"]["eps_crit"]
        assert growth(critical) == pytest.approx(0, abs=1e-9)
        assert growth(0.9 * critical) > 0 > growth(1.1 * critical)


class TestOtherSolvers:
    def test_replicator_in_plain_coordinates(self):
        times = np.linspace(0, 60, 31)
        flow = integrate(Replicator(commons()), x0=[0.6, 0.4], z0={"n": 0.4}, t=times)

        def velocity(_, y):
            x, n = y
            gap = (1 - n) * ((5 - 3) * x + (1 - 0) * (1 - x)) + n * ((3 - 5) * x + (0 - 1) * (1 - x))
            return [x * (1 - x) * gap, 0.1 * n * (1 - n) * (2 * x - (1 - x))]

        other = solve_ivp(velocity, (0, 60), [0.6, 0.4], "DOP853", times, rtol=1e-12, atol=1e-14).y
        np.testing.assert_allclose(flow.x[:, 0], other[0], atol=1e-8)
        np.testing.assert_allclose(flow.z["n"], other[1], atol=1e-8)

    def test_thirty_digits(self):
        with mpmath.workdps(30):
            sixth = mpmath.mpf(1) / 6

            def velocity(_, y):
                x, n = y
                return [x * (1 - x) * (sixth + x / 2 - n), (2 - mpmath.mpf(1) / 2 * n - (1 - n)) * (x - n) / 5]

            exact = mpmath.odefun(velocity, 0, [mpmath.mpf(3) / 10, mpmath.mpf(4) / 5], tol=mpmath.mpf("1e-22"))(3)
        game = renewable_resource(
            [["2/3", "1/6"], [0, 0]], [["-1/3", "-5/6"], [0, 0]], growth=2, low="1/2", high=1, speed="1/5"
        )
        flow = integrate(Replicator(game), x0=[0.3, 0.7], z0=0.8, t=3, rtol=1e-12)
        assert flow.final["population"][0] == pytest.approx(float(exact[0]), rel=1e-11)
        assert flow.final["n"] == pytest.approx(float(exact[1]), rel=1e-11)

    def test_logit_on_a_stock(self):
        game = Feedback(
            {"fish": "s - 3/10", "rest": 0}, {"s": "s*(1 - s - x)"}, shares={"x": "fish"}, domain={"s": (0, sp.oo)}
        )
        times = np.linspace(0, 30, 16)
        flow = integrate(Logit(game, temperature=0.1), x0=[0.9, 0.1], z0={"s": 2}, t=times)
        other = solve_ivp(
            lambda _, y: [expit((y[1] - 0.3) / 0.1) - y[0], y[1] * (1 - y[1] - y[0])],
            (0, 30), [0.9, 2], "LSODA", times, rtol=1e-11, atol=1e-13,
        ).y  # fmt: skip
        np.testing.assert_allclose(flow.x[:, 0], other[0], atol=1e-8)
        np.testing.assert_allclose(flow.z["s"], other[1], atol=1e-8)

    def test_two_roles_and_a_price(self):
        flow = integrate(
            Replicator(posted_price(value=3, cost=1, buyers=10, sellers=30, speed=2)),
            x0={"buyer": [0.7, 0.3], "seller": [0.2, 0.8]}, z0={"p": 1.5}, t=np.linspace(0, 20, 11),
        )  # fmt: skip

        def velocity(_, y):
            b, s, p = y
            return [b * (1 - b) * (3 - p), s * (1 - s) * (p - 1), 2 * p * (10 * b - 30 * s) / 40]

        other = solve_ivp(velocity, (0, 20), [0.7, 0.2, 1.5], "DOP853", flow.t, rtol=1e-12, atol=1e-14).y
        np.testing.assert_allclose(flow.x["buyer"][:, 0], other[0], atol=1e-7)
        np.testing.assert_allclose(flow.x["seller"][:, 0], other[1], atol=1e-7)
        np.testing.assert_allclose(flow.z["p"], other[2], rtol=1e-7)

    @pytest.mark.parametrize(
        "rule",
        [
            lambda game: Logit(game, temperature=0.5),
            BNN,
            Smith,
            lambda game: ReplicatorMutator(game, mutation=0.01),
            lambda game: MeanDynamics(game, protocol=ProjectionProtocol()),
        ],
    )
    def test_every_dynamic_takes_the_environment_along(self, rule):
        dynamics = rule(commons())
        times = [0, 1, 5, 20]
        flow = integrate(dynamics, x0=[0.6, 0.4], z0={"n": 0.4}, t=times)
        start = dynamics.pack({"population": [0.6, 0.4], "n": 0.4})
        other = solve_ivp(lambda _, y: dynamics.flow(y), (0, 20), start, "RK45", times, rtol=1e-9, atol=1e-12).y
        np.testing.assert_allclose(flow.x[:, 0], other[0], atol=2e-6)
        np.testing.assert_allclose(flow.z["n"], other[2], atol=2e-6)


class TestEndsOfDomains:
    def test_the_heteroclinic_cycle_goes_on(self):
        """Near the cycle a round takes 1.5 times the round before, which is the product of ratios above."""
        flow = integrate(
            Replicator(wandering(1, 1, 2, 3)), x0=[0.6, 0.4], z0={"n": 0.5}, t=2000,
            events={"rich": "n - 1/2", "leader": LeaderChange()},
        )  # fmt: skip
        assert flow.success
        rounds = np.diff(flow.events["rich"].t[::2])
        assert rounds[-1] / rounds[-2] == pytest.approx(1.5, abs=0.015)
        assert len(flow.events["leader"]) >= 10
        assert flow.log_x.min() < -300

    def test_an_interior_rest_point_attracts_in_the_other_case(self):
        flow = integrate(Replicator(wandering(1, 2, 2, 1)), x0=[0.6, 0.4], z0={"n": 0.5}, t=1000)
        assert flow.final["population"][0] == pytest.approx(1 / 3, abs=1e-6)

    @pytest.mark.parametrize(
        ("rate", "domain", "keeps"),
        [
            ("n*(1 - n)*(3*x - 1)", (0, 1), (True, True)),
            ("n*(1 - n - x)", (0, sp.oo), (True, False)),
            ("(2 - n)*(x - 1/2)", (-sp.oo, 2), (False, True)),
            ("x - n", (0, 1), (False, False)),
            ("n*(exp(-n) - x)", (0, sp.oo), (True, False)),
            ("sqrt(n)*(x - 1)", (0, 1), (False, False)),
            ("n**2*(x - n)/(1 + n)", (0, 1), (True, False)),
            ("max(n - x, 0)", (0, 1), (False, False)),
            ("(n - 1/2)*(x - 3/4)*(2 - n)", ("1/2", 2), (True, True)),
        ],
    )
    def test_which_ends_a_law_keeps(self, rate, domain, keeps):
        game = Feedback([[0, 1], [1, 0]], {"n": rate}, shares={"x": "0"}, domain={"n": domain})
        assert game.environment.keeps == (keeps,)

    @pytest.mark.parametrize(
        ("rate", "domain", "start"),
        [
            ("n*(1 - n)*(3*x - 1)", (0, 1), 0.3),
            ("n*(1 - n/3 - x)", (0, sp.oo), 0.3),
            ("(2 - n)*(x - 1/2)", (-sp.oo, 2), -3),
            ("(n - 1/2)*(x - 3/4)*(2 - n)", ("1/2", 2), 0.7),
            ("1 - x*n", (0, 10), 0.0),
        ],
    )
    def test_coordinates_do_not_matter(self, rate, domain, start):
        """The same law as formulas and as functions, which are followed in plain coordinates."""
        n, x = sp.symbols("n x")
        payoffs = {"a": n - x, "b": 0}
        game = Feedback(payoffs, {"n": rate}, shares={"x": "a"}, domain={"n": domain})
        law = sp.lambdify((x, n), sp.sympify(rate))  # our own text
        plain = FeedbackFunctions(
            lambda s, z: [z["n"] - s[0], 0.0], lambda s, z: {"n": law(s[0], z["n"])},
            strategies=("a", "b"), domain={"n": domain},
        )  # fmt: skip
        times = np.linspace(0, 6, 7)
        one, other = (integrate(Replicator(g), x0=[0.4, 0.6], z0={"n": start}, t=times) for g in (game, plain))
        assert one.success
        assert other.success
        np.testing.assert_allclose(one.z["n"], other.z["n"], atol=1e-7)
        np.testing.assert_allclose(one.x, other.x, atol=1e-7)

    def test_an_end_that_is_kept_may_be_the_start(self):
        flow = integrate(Replicator(commons()), x0=[0.6, 0.4], z0={"n": 1}, t=50)
        assert (flow.z["n"] == 1).all()
        assert flow.final["population"][0] < 1e-6
        one = integrate(Replicator(commons()), x0=[1, 0], z0={"n": 0.5}, t=10)
        np.testing.assert_allclose(one.z["n"], expit(0.2 * one.t), rtol=1e-8)
        assert "on a face" in one.status

    def test_leaving_the_domain_is_told(self):
        game = Feedback([[0, 0], [0, 0]], {"m": "-x/4", "k": "1"}, shares={"x": "0"}, domain={"m": (0, 1), "k": (0, 2)})
        flow = integrate(Replicator(game), x0=[0.5, 0.5], z0={"m": 0.1, "k": 0}, t=5)
        assert not flow.success
        assert "m would leave its domain at 0" in flow.status
        assert flow.t[-1] == pytest.approx(0.8, abs=1e-9)
        assert flow.final["m"] == pytest.approx(0, abs=1e-12)
        later = integrate(Replicator(game), x0=[0.5, 0.5], z0={"m": 1, "k": 0}, t=[1, 1.9, 2.1])
        assert later.t.tolist() == [1, 1.9]
        assert "k would leave its domain at 2" in later.status

    def test_leaving_at_once(self):
        game = Feedback([[0, 1], [1, 0]], {"z": "-1"}, domain={"z": (0, 1)})
        flow = integrate(Replicator(game), x0=[0.3, 0.7], z0=0, t=5)
        assert flow.status.startswith("stopped at t = 0 of 5: z would leave its domain at 0")
        assert flow.t.tolist() == [0]
        assert len(integrate(Replicator(game), x0=[0.3, 0.7], z0=0, t=[1, 5]).t) == 0

    @pytest.mark.parametrize("domain", [None, {"z": (0, sp.oo)}])
    def test_running_off_to_infinity(self, domain):
        """z' = z^2 from 1 is 1/(1 - t); z' = z is beyond the floats at t = 710."""
        square = Feedback([[0, 1], [1, 0]], {"z": "z**2"}, domain=domain)
        flow = integrate(Replicator(square), x0=[0.3, 0.7], z0=1, t=[0.5, 0.9, 2])
        assert not flow.success
        assert "infinity" in flow.status
        np.testing.assert_allclose(flow.z["z"], [2, 10], rtol=1e-7)
        straight = Feedback([[0, 1], [1, 0]], {"z": "z"}, domain=domain)
        flow = integrate(Replicator(straight), x0=[0.3, 0.7], z0=1, t=[0, 600, 1000])
        assert not flow.success
        assert flow.t.tolist() == [0, 600]
        assert np.log(flow.z["z"][1]) == pytest.approx(600, abs=1e-4)

    @pytest.mark.parametrize("speed", ["1e6", "1e-6"])
    def test_fast_and_slow_environments(self, speed):
        """Fast: n follows x, and x plays the game that it sees then. Slow: n hardly moves."""
        game = decaying_resource([[1, 0], [2, 1]], [[3, 1], [2, 0]], speed=speed)
        flow = integrate(Replicator(game), x0=[0.3, 0.7], z0=0.9, t=[1, 3])

        def velocity(_, x):
            n = x if float(speed) > 1 else 0.9
            return x * (1 - x) * ((1 - n) * (x - 2 * x - (1 - x)) + n * (3 * x + (1 - x) - 2 * x))

        other = solve_ivp(velocity, (0, 3), [0.3], "DOP853", [1, 3], rtol=1e-11, atol=1e-13).y[0]
        np.testing.assert_allclose(flow.x[:, 0], other, atol=1e-5)

    def test_an_end_may_be_touched(self):
        """From the corner n' = x - n starts at 0 and turns inwards; payoffs hold a root of n."""
        game = Feedback({"a": "sqrt(n)", "b": 0}, {"n": "x - n"}, shares={"x": "a"}, domain={"n": (0, 1)})
        flow = integrate(Replicator(game), x0=[1e-9, 1], z0={"n": 0}, t=200)
        assert flow.success
        down = Feedback({"a": "-sqrt(n)", "b": 0}, {"n": "x - n"}, shares={"x": "a"}, domain={"n": (0, 1)})
        assert integrate(Replicator(down), x0=[0.5, 0.5], z0={"n": 0.3}, t=500).success


class TestForms:
    def test_matrices_and_payoffs_are_one(self):
        n, x = sp.Symbol("n", positive=True), sp.Symbol("x")
        matrix = sp.Matrix([[5 - 2 * n, 1 - n], [3 + 2 * n, n]])
        first = Feedback(matrix, {n: n * (1 - n) * (3 * x - 1)}, shares={x: "C"}, strategies=("C", "D"))
        second = Feedback(
            {"C": "(5 - 2*n)*x + (1 - n)*y", "D": "(3 + 2*n)*x + n*y"}, {"n": "n*(1-n)*(3*x-1)"},
            shares={"x": "C", "y": "D"},
        )  # fmt: skip
        third = FeedbackFunctions(
            lambda s, z: np.array([[5 - 2 * z["n"], 1 - z["n"]], [3 + 2 * z["n"], z["n"]]]) @ s,
            lambda s, z: z["n"] * (1 - z["n"]) * (3 * s[0] - 1), strategies=("C", "D"), domain={"n": (0, 1)},
        )  # fmt: skip
        state = {"population": [0.3, 0.7], "n": 0.2}
        velocities = [Replicator(g).velocity(state) for g in (first, second, third)]
        for v in velocities[1:]:
            np.testing.assert_allclose(v["population"], velocities[0]["population"], atol=1e-15)
            assert v["n"] == pytest.approx(velocities[0]["n"])
        for g in (first, second, third):
            np.testing.assert_allclose(g.field(state), [(5 - 0.4) * 0.3 + 0.8 * 0.7, 3.4 * 0.3 + 0.2 * 0.7])

    def test_games_without_feedback_may_drive_an_environment(self):
        pennies = NormalForm([[1, -1], [-1, 1]], [[-1, 1], [1, -1]], players=["even", "odd"])
        even, odd = (pennies.strategies[k][0] for k in (0, 1))
        game = Feedback(pennies, {"score": "a - b"}, shares={"a": ("even", even), "b": ("odd", odd)})
        x0 = {"even": [0.3, 0.7], "odd": [0.6, 0.4]}
        both, alone = integrate(Replicator(game), x0=x0, z0=[0], t=5), integrate(Replicator(pennies), x0=x0, t=5)
        np.testing.assert_allclose(both.final["even"], alone.final["even"], atol=1e-8)
        times = np.linspace(0, 5, 2001)
        gap = np.array([alone.at(times)[role][:, 0] for role in ("even", "odd")])
        assert both.final["score"] == pytest.approx(np.trapezoid(gap[0] - gap[1], times), abs=1e-6)
        population = Feedback(Population.from_matrix([[-1, 2], [0, 1]]), {"m": "x_1 - m"})
        assert Replicator(population).velocity({"player": [0.5, 0.5], "m": 0.1})["m"] == pytest.approx(0.4)

    def test_a_parameter_of_a_design_may_become_environment(self):
        game = Feedback(holding(), {"v": "1 - 2*x_hold"})
        dynamics, design = Replicator(game), Replicator(holding().at(v=1.25))
        state = {"holder": [0.3, 0.7], "v": 1.25}
        np.testing.assert_allclose(dynamics.velocity(state)["holder"], design.velocity([0.3, 0.7]), atol=1e-14)
        assert dynamics.velocity(state)["v"] == pytest.approx(0.4)

    def test_supply_on_a_curve(self):
        """Payoffs are the curve's marginal price: what one more or one less tiny token costs, with its fee."""
        curve = BondingCurve.linear(m=0.02, b=0.5, fee=0.03)
        game = token_supply(curve, value=1.5, agents=100, speed=0.5)
        mint, burn, wait = game.field({"population": [0.2, 0.3, 0.5], "S": 40})
        assert mint == pytest.approx(1.5 - curve.cost(40, 1e-6) / 1e-6, abs=1e-7)
        assert burn == pytest.approx(curve.burn(40, 1e-6) / 1e-6 - 1.5, abs=1e-7)
        assert wait == 0
        assert Replicator(game).velocity({"population": [0.2, 0.3, 0.5], "S": 40})["S"] == pytest.approx(
            0.5 * (20 - 12)
        )
        flow = integrate(Logit(game, temperature=0.05), x0=[1, 0, 0], z0={"S": 0}, t=300)
        assert flow.success
        assert (flow.z["S"] >= 0).all()
        price = curve.price(flow.final["S"])
        assert 1.3 < price < 1.7

    def test_packed_states(self):
        dynamics = Replicator(posted_price(value=3, cost=1, buyers=1, sellers=1))
        state = {"p": 2.5, "seller": [0.1, 0.9], "buyer": [0.7, 0.3]}
        packed = dynamics.pack(state)
        assert packed.tolist() == [0.7, 0.3, 0.1, 0.9, 2.5]
        assert dynamics.environment.part == slice(4, 5)
        back = dynamics.unpack(np.tile(packed, (3, 1)))
        assert back["seller"].shape == (3, 2)
        assert back["p"].tolist() == [2.5] * 3
        assert len(dynamics.payoffs(packed)) == 4
        assert len(dynamics.flow(packed)) == 5
        assert Replicator([[0]]).environment.names == ()

    def test_answers(self):
        flow = integrate(Replicator(commons()), x0=[0.6, 0.4], z0={"n": 0.4}, t=[0, 3, 9])
        again = integrate(Replicator(commons()), x0=flow.final, t=4)
        on = integrate(Replicator(commons()), x0=[0.6, 0.4], z0=(0.4,), t=13)
        assert again.final["n"] == pytest.approx(on.final["n"], abs=1e-8)
        assert flow.at(5)["n"] == pytest.approx(on.at(5)["n"], abs=1e-8)
        np.testing.assert_allclose(flow.at([5, 1])["population"], on.at([5, 1])["population"], atol=1e-8)
        with pytest.raises(ValueError, match="read-only"):
            flow.z["n"][0] = 1

    def test_pickles(self):
        flow = integrate(Replicator(commons()), x0=[0.6, 0.4], z0={"n": 0.4}, t=9)
        copy = pickle.loads(pickle.dumps(flow))
        assert copy.at(4)["n"] == flow.at(4)["n"]

    def test_rest(self):
        third = 1 / 3
        flow = integrate(Replicator(commons()), x0=[third, 1 - third], z0={"n": 0.5}, t=9)
        assert flow.status == "at rest: the start is a rest point"
        corner = integrate(Replicator(commons()), x0=[1, 0], z0={"n": 1}, t=9)
        assert corner.status.startswith("at rest: the start is a vertex")


class TestRefusals:
    @pytest.mark.parametrize(
        ("x0", "z0", "words"),
        [
            ([0.5, 0.5], None, "the state lacks n"),
            ([0.5, 0.5], {"m": 1}, "z0 names m; the environment is n"),
            ([0.5, 0.5], {"n": 1.5}, r"n = 1.5 is outside its domain \[0, 1\]"),
            ([0.5, 0.5], {"n": "nan"}, "n = nan is outside"),
            ([0.5, 0.5], {"n": "much"}, "not given by numbers"),
            ([0.5, 0.5], [0.1, 0.2], "give one number for each of n"),
            ([0.5, 0.6], {"n": 0.5}, "sum to 1.1"),
        ],
    )
    def test_starts(self, x0, z0, words):
        with pytest.raises(ValueError, match=words):
            integrate(Replicator(commons()), x0=x0, z0=z0, t=1)

    def test_no_environment(self):
        with pytest.raises(ValueError, match="the game has no environment"):
            integrate(Replicator([[0, 1], [1, 0]]), x0=[0.5, 0.5], z0={"n": 1}, t=1)

    @pytest.mark.parametrize(
        ("make", "words"),
        [
            (lambda: Feedback([[0, "k"], [1, 0]], {"n": "n"}), "k"),
            (lambda: Feedback([[0, 1], [1, 0]], {"n": sp.Symbol("q")}), "rate of n contains q"),
            (lambda: Feedback([[0, 1, 2], [1, 0, 2]], {"n": 0}), "not square"),
            (lambda: Feedback([[0, 1], [1, 0]], {}), "at least one name"),
            (lambda: Feedback([[0, 1], [1, 0]], {"n": 0}, domain={"m": (0, 1)}), "domain names m"),
            (lambda: Feedback([[0, 1], [1, 0]], {"n": 0}, domain={"n": (1, 0)}), "which is empty"),
            (lambda: Feedback([[0, 1], [1, 0]], {"n": 0}, speed=0), "speed = 0"),
            (lambda: Feedback([[0, 1], [1, 0]], {"n": 0}, shares={"n": "0"}), "n names two things"),
            (lambda: Feedback([[0, 1], [1, 0]], {"n": 0}, shares={"x": "2"}), "no strategy"),
            (lambda: oscillating_commons([[1, 2]], [[1, 2], [3, 4]], theta=1), "2 by 2"),
            (lambda: oscillating_commons([[1, 2], [3, 4]], [[1, 2], [3, 4]], theta=-1), "theta = -1 is not positive"),
            (lambda: renewable_resource([[1, 2], [3, 4]], [[1, 2], [3, 4]], growth=1, low=1, high=2), "lasting stock"),
            (lambda: token_supply(BondingCurve.linear(m=sp.Symbol("m"), b=0), value=1, agents=9), "parameters m"),
        ],
    )
    def test_games(self, make, words):
        with pytest.raises(ValueError, match=words):
            make()
