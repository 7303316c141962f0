"""Whole studies: each kind of design from its file to its report, with the numbers that are known."""

import json

import numpy as np
import pytest

from evolution import load_study, run
from evolution.study.folder import write

EFFORT = """
[parameters]
k = {default = 0.2, unit = "currency/token", control = "designer"}
m = 0.02
c = 0.2
n = 5
[curve.token]
linear = {m = "m", b = 0}
[role.affiliate]
count = "n"
action = {x = [0, 40]}
moves = ["spend c*x", "contribute x to token", "claim k*minted from designer"]
[account.designer]
budget = 100
[play]
order = "batch"
matching = ["closed group", "random groups"]
[run]
sizes = [100, 500]
"""

BY_HAND = """
[parameters]
g = 0.2
L = 0.5
i = 0.06
f = 0.1
r = 0.03
ell = 0.1
c = 0.01
[shares]
x = "validator.honest"
s = "delegator.stake"
[role.validator]
strategies = {honest = "f*i - c", cheat = "f*i - c + s*(g - L*x)"}
[role.delegator]
strategies = {stake = "(1-f)*i/s - (1-x)*ell", hold = "r"}
"""

GRAPH = """
[parameters]
a = 1
c = 1
delta = 0.2
[graph]
networkx = "star_graph(3)"
[role.agent]
one_per = "node"
action = {x = [0, "inf"]}
payoff = "a*x - c*x**2/2 + delta*x*neighbours(x)"
"""


def study(tmp_path, text, **overrides):
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    return load_study(path, overrides)


def verdicts(report):
    return {finding.title: finding.verdict for finding in report.findings}


def test_efforts_meet_theory_and_a_wrong_theory_fails(tmp_path):
    report = run(study(tmp_path, EFFORT), level="quick", seed=3)
    assert all(finding.as_expected for finding in report.findings)
    assert report.equilibria["nash"]["equilibria"][0]["exact"] == [["81/5"]]
    assert report.equilibria["ess"]["equilibria"][0]["exact"] == [["20"]]
    assert report.equilibria["joint optimum"]["equilibria"][0]["exact"] == [["5"]]
    assert verdicts(report)["random groups: ess (wrong on purpose)"] == "not held"


def test_payoffs_by_hand_give_the_saddle_and_the_rate(tmp_path):
    report = run(study(tmp_path, BY_HAND), level="quick", seed=1)
    assert all(finding.as_expected for finding in report.findings)
    rows = {row[0]: row for row in report.tables[0].rows}
    assert rows["2/5, 3/5; 3/5, 2/5"][2] == "saddle"
    assert rows["2/5, 3/5; 3/5, 2/5"][3] == "9/125, -9/250"


def test_a_graph_is_solved_exactly_and_by_search(tmp_path):
    report = run(study(tmp_path, GRAPH), level="quick")
    assert [row[1:] for row in report.tables[0].rows][:2] == [
        ("20/11 = 1.818", "55/13 = 4.231"),
        ("15/11 = 1.364", "35/13 = 2.692"),
    ]
    assert all(finding.verdict == "held" for finding in report.findings)


def test_the_launch_curve_and_its_sandwiches(tmp_path):
    report = run(load_study("pumpfun"), level="quick", seed=2)
    assert all(finding.as_expected for finding in report.findings)
    table = next(each for each in report.tables if each.title.startswith("Sandwich"))
    fees = {row[0]: row[-1] for row in table.rows}
    assert fees["quantity"] == pytest.approx(0.253, abs=5e-4)
    assert fees["spend"] == pytest.approx(0.140, abs=5e-4)


def test_holding_has_its_law_its_two_cycle_and_its_other_rest_point(tmp_path):
    report = run(load_study("holding"), level="quick", seed=4)
    assert all(finding.as_expected for finding in report.findings)
    law = next(each for each in report.tables if each.title.startswith("Stationary law"))
    assert law.rows[0][2] == pytest.approx(50, abs=1e-9)
    assert law.rows[0][3] == pytest.approx(4.17244275275516, abs=1e-9)
    cycle = next(each for each in report.tables if each.title.startswith("Simultaneous")).rows[0]
    assert cycle[2] == pytest.approx(1 / 6, abs=1e-9)
    assert cycle[3:] == pytest.approx((0.3488, 0.6512), abs=1e-4)
    again = run(load_study("holding"), level="quick", seed=4)
    for name in report.results.data_vars:
        assert np.array_equal(report.results[name], again.results[name])
    folder = tmp_path / "out"
    write(report, folder)
    assert {path.name for path in folder.iterdir()} >= {"report.html", "results.nc", "equilibria.json", "study.toml"}
    assert json.loads((folder / "equilibria.json").read_text(encoding="utf-8"))


def test_an_unknown_level_is_refused_before_work(tmp_path):
    with pytest.raises(ValueError, match="quick, normal, full"):
        run(load_study("holding"), level="swift")
