"""Slopes, thresholds, stability bounds and best values in closed form, against numbers found by other means."""

import numpy as np
import pytest
import sympy as sp
from scipy.optimize import brentq, minimize_scalar

from analytic.best import aligning_value, best_number, best_value
from analytic.catalogue import affiliate
from analytic.designer import best_prize, best_slope, crowd_efforts, efficient_budget
from analytic.implicit import comparative_statics, effort_statics
from analytic.power import power_roots
from analytic.statics import effort
from analytic.steadiness import stability, stability_of
from analytic.turning import threshold
from analytic.variation import least_volatile

a, b, c, d, k, x, y = sp.symbols("a b c d k x y", positive=True)


def test_one_unknown_moves_as_its_root_does():
    condition = a / sp.sqrt(x) - b * x - c
    (slope,) = comparative_statics(condition, x, (a,))
    assert slope.sign == "positive"

    def root(value):
        return brentq(lambda q: value / np.sqrt(q) - 0.3 * q - 0.2, 1e-9, 1e3, xtol=1e-14)

    numbers = {x: root(2.0), a: 2.0, b: 0.3, c: 0.2}
    assert float(slope.value.subs(numbers)) == pytest.approx((root(2.0001) - root(1.9999)) / 2e-4, rel=1e-6)


def test_two_unknowns_move_as_the_duopoly_does():
    best_replies = (a - 2 * b * x - b * y - c, a - b * x - 2 * b * y - d)
    slopes = {(str(s.unknown), str(s.parameter)): s for s in comparative_statics(best_replies, (x, y), (a, c, d))}
    assert {key: s.sign for key, s in slopes.items()} == {
        ("x", "a"): "positive", ("x", "c"): "negative", ("x", "d"): "positive",
        ("y", "a"): "positive", ("y", "c"): "positive", ("y", "d"): "negative",
    }  # fmt: skip

    def rest(cost):
        return np.linalg.solve([[2, 1], [1, 2]], [10 - cost, 8])

    moved = (rest(1.1) - rest(0.9)) / 0.2
    told = [float(slopes[(name, "c")].value.subs({a: 10, b: 1, c: 1, d: 2})) for name in "xy"]
    np.testing.assert_allclose(told, moved, rtol=1e-8)


def test_a_function_that_is_not_known_moves_by_its_assumed_signs():
    cost = sp.Function("C")
    condition = k - cost(x).diff(x)
    bend = cost(x).diff(x, 2)
    (slope,) = comparative_statics(condition, x, (k,), assuming={bend: "positive"})
    assert slope.value == 1 / bend
    assert slope.sign == "positive"


def test_a_slope_that_depends_says_on_what():
    (slope,) = effort_statics(affiliate(), "nash", "n")
    assert slope.sign == "depends"
    n = slope.parameter
    assert bool(slope.condition.subs(n, 1.4))
    assert not bool(slope.condition.subs(n, 1.6))
    efforts = [float(affiliate().at(n=value).number(effort(affiliate(), "nash"))) for value in (1.3, 1.5, 1.7)]
    assert efforts[1] == max(efforts)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (((x - a,), (x, y), (a,)), "1 equations cannot determine 2 unknowns"),
        ((x - a, x, (x,)), "cannot be both"),
        (((x + y - a, 2 * x + 2 * y - b), (x, y), (a,)), "singular"),
    ],
)
def test_statics_that_make_no_sense_are_refused(given, message):
    with pytest.raises(ValueError, match=message):
        comparative_statics(*given)


def test_a_solution_that_is_none_is_refused():
    with pytest.raises(ValueError, match="does not solve the equations"):
        comparative_statics(x - a, x, (a,), at={x: 2 * a})


def test_a_threshold_says_which_side_is_which():
    (low, high) = sorted(threshold((x - 1) * (x - 3), x), key=lambda each: each.value)
    assert (low.value, low.below, low.above) == (1, "positive", "negative")
    assert (high.value, high.below, high.above) == (3, "negative", "positive")
    assert threshold((x - 1) ** 2, x) == ()
    assert threshold(x + 1, x) == ()
    assert threshold((x - 1) * (x - 3), x, ranges={x: (2, 4)})[0].value == 3
    (one,) = threshold(a - b * x, a)
    assert (one.value, one.inside) == (b * x, True)
    (some,) = threshold(a - b + c, a)
    assert not some.inside  # only where b > c
    with pytest.raises(ValueError, match="does not hold x"):
        threshold(a - b, x)
    with pytest.raises(ValueError, match="no closed form is known"):
        threshold(x**5 - x - a, x)


def test_thresholds_of_the_exit_run_and_of_pooled_pegs():
    V, P = sp.symbols("V P", positive=True)
    share = sp.Symbol("s", positive=True)
    (one,) = threshold(V * (1 - share) - P + P * share / 2, share, ranges={V: (5, 9), P: (1, 4)})
    assert sp.simplify(one.value - (V - P) / (V - P / 2)) == 0
    assert (one.below, one.above) == ("positive", "negative")


@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("kind", ["map", "flow"])
def test_conditions_hold_where_eigenvalues_say_so(order, kind):
    symbols = sp.symbols(f"e0:{order * order}", real=True)
    told = stability_of(sp.Matrix(order, order, symbols), kind=kind)
    holds = sp.lambdify(symbols, list(told.conditions))
    rng = np.random.default_rng(5)
    seen = set()
    for _ in range(400):
        matrix = rng.normal(size=(order, order)) * 0.8 - (0.5 * np.eye(order) if kind == "flow" else 0)
        values = np.linalg.eigvals(matrix)
        stable = bool(np.all(np.abs(values) < 1) if kind == "map" else np.all(values.real < 0))
        assert all(each > 0 for each in holds(*matrix.ravel())) == stable
        seen.add(stable)
    assert seen == {True, False}


def test_stability_bounds_of_the_price_rules():
    step, P = sp.symbols("lambda P", positive=True)
    walras = stability(P + step * (a - c - (b + d) * P), P, at={P: (a - c) / (b + d)})
    assert [str(each.value) for each in walras.thresholds(step)] == ["2/(b + d)"]
    e, target = sp.symbols("epsilon target", positive=True)  # base fee: demand D(p) = target p**-e at rest 1
    fee = stability(P * (1 + k * (target * P**-e / target - 1)), P, at={P: 1})
    assert [each.value for each in fee.thresholds(e)] == [2 / k]
    kp, ki, gain, total = sp.symbols("k_p k_i g I", positive=True)
    control = stability((P - kp * gain * P - ki * total, total + gain * P), (P, total), at={P: 0, total: 0})
    numbers = {kp: sp.Rational(1, 2), gain: 1}
    bounds = [each.value.subs(numbers) for each in control.thresholds(ki)]
    for bound in bounds:
        radius = [
            np.abs(np.linalg.eigvals(np.array(control.jacobian.subs({**numbers, ki: bound * f}), dtype=float))).max()
            for f in (1 - 1e-6, 1 + 1e-6)
        ]
        assert (radius[0] - 1) * (radius[1] - 1) < 0 or min(abs(r - 1) for r in radius) > 1e-3


def test_chartists_and_value_traders_on_a_line():
    P, last, m, alpha, beta, V = sp.symbols("P last m alpha beta V", positive=True)
    told = stability((P + m * (beta * (V - P) + alpha * (P - last)), P), (P, last), at={P: V, last: V})
    assert set(told.conditions) == {1 - alpha * m, 2 + 2 * alpha * m - beta * m}
    with pytest.raises(ValueError, match="is no rest point"):
        stability(P + 1, P, at={P: V})
    with pytest.raises(ValueError, match="never stable"):
        stability_of(sp.Matrix([[1 + a]]))
    with pytest.raises(ValueError, match="order 1, 2 or 3"):
        stability_of(sp.eye(4))


def test_best_slope_of_f3():
    best = best_slope()
    named = {str(s): s for s in best.value.free_symbols}
    numbers = {named["beta"]: 10, named["s"]: 5, named["tau"]: sp.Rational(1, 10)}
    assert float(best.value.subs(numbers)) == pytest.approx(0.01809975, abs=5e-9)
    assert float(-best.goal.subs(numbers)) == pytest.approx(0.05524938, abs=5e-9)

    def square(m):
        return (25 * m**2 + 0.01) / (10 * m * (2 - 10 * m))

    assert minimize_scalar(square, bounds=(1e-4, 0.199), method="bounded", options={"xatol": 1e-10}).x == pytest.approx(
        float(best.value.subs(numbers)), abs=1e-7
    )
    at = float(best.value.subs(numbers))
    assert [square(at / 2), square(2 * at)] == pytest.approx([0.0697, 0.0721], abs=5e-5)
    rng = np.random.default_rng(1)
    e, total, steps = np.zeros(4000), 0.0, 1500
    for t in range(steps + 500):
        e = (1 - 10 * at) * e + at * 5 * rng.normal(size=4000) - 0.1 * rng.normal(size=4000)
        total += (e**2).mean() * (t >= 500)
    assert total / steps == pytest.approx(0.05524938, rel=0.01)


def test_efficient_budget_of_f7():
    best = efficient_budget()
    numbers = {s: {"n": 6, "theta": 4, "sigma": 3, "c": 0.25}[str(s)] for s in best.value.free_symbols}
    r, total = float(best.value.subs(numbers)), float(best.goal.subs(numbers))
    assert (r, total) == pytest.approx((7.3485, 29.394), abs=5e-4)
    rest = total * 5 / 6
    reply = minimize_scalar(
        lambda s: -(r * s / (s + rest) - 36 / (s + rest) - 0.25 * s), bounds=(0, 40), method="bounded"
    )
    assert reply.x == pytest.approx(total / 6, abs=1e-4)
    welfare = minimize_scalar(lambda q: 6 * 36 / q + 0.25 * q, bounds=(1, 100), method="bounded")
    assert welfare.x == pytest.approx(total, abs=1e-4)


def test_best_values_that_do_not_exist_are_refused():
    with pytest.raises(ValueError, match="no interior value"):
        best_value(x**2 - x, x)  # flat at a minimum
    with pytest.raises(ValueError, match="no interior value"):
        best_value(x - a, x)
    with pytest.raises(ValueError, match="is not declared positive"):
        best_value(-(sp.Symbol("q") ** 2), sp.Symbol("q"))
    with pytest.raises(ValueError, match="2 positive values"):
        aligning_value((k - 1) * (k - 2) - x + a, x, a, k)
    with pytest.raises(ValueError, match="must fall through zero once"):
        best_number(x, x, 1, 2)
    with pytest.raises(ValueError, match="takes no part"):
        crowd_efforts(k, [1, 1, 5])


def test_of_two_tops_the_higher_is_best():
    goal = -((x - 1) ** 2) * ((x - 5) ** 2 - 1)  # a flat top at 1, and a higher one
    best = float(best_value(goal, x).value)
    assert best == pytest.approx(best_number(goal, x, 4, 7), rel=1e-10)


def test_every_derivation_of_a_designer_is_checked():
    for made in (best_slope(), efficient_budget(), best_prize()):
        assert all(step.points >= 20 for step in made.derivation)
        assert {"<", "="} <= {step.relation for step in made.derivation}


@pytest.mark.parametrize("exponent", ["1/10", "3/10", "1/3", "2/3", "9/10"])
def test_power_equations_are_solved_for_any_exponent(exponent):
    g = sp.Rational(exponent)
    (root,) = power_roots(a * x**g / x - b - c, x)
    numbers = {a: 2.0, b: 0.5, c: 0.25}
    found = brentq(lambda q: 2 * q ** (float(g) - 1) - 0.75, 1e-12, 1e12, xtol=1e-15)
    assert float(root.subs(numbers)) == pytest.approx(found, rel=1e-9)


def test_powers_that_have_no_closed_form_are_refused():
    with pytest.raises(ValueError, match="is no power"):
        power_roots(sp.exp(x) - a * x, x)
    with pytest.raises(ValueError, match="no closed form"):
        power_roots(x**a + x + 1 - b, x)
    assert power_roots(x + a, x) == ()
    assert power_roots(a * x**2, x) == ()


def test_least_volatile_shapes():
    S = sp.Symbol("S", nonnegative=True)
    L, p, q = sp.symbols("L p q", positive=True)
    assert sp.simplify(least_volatile(S, ((0, p), (L, q))).price - (p + (q - p) * S / L)) == 0
    log = least_volatile(S, ((0, p), (L, q)), volatility="log")
    assert sp.simplify(log.volatility - sp.log(q / p) ** 2 / L) == 0
    assert log.price.subs(S, L / 2).subs({p: 1, q: 4}) == 2
    with pytest.raises(ValueError, match="must be positive on"):
        least_volatile(S, ((0, 1), (1, 2)), use=S)
    with pytest.raises(ValueError, match="must be positive on"):
        least_volatile(S, ((0, 1), (1, 2)), use=S - 2)
    with pytest.raises(ValueError, match="smaller end first"):
        least_volatile(S, ((1, 1), (0, 2)))
    with pytest.raises(ValueError, match="positive prices"):
        least_volatile(S, ((0, 0), (1, 2)), volatility="log")
