"""Study files: the three of the design page, every refusal with its words, hostile text, and the way back to text."""

from __future__ import annotations

import builtins
import os
import time

import numpy as np
import pytest
import sympy as sp

from analytic.catalogue import affiliate
from analytic.design import NEIGHBOURS, OTHERS
from analytic.move import MINTED, Claim, Contribute, Mint, Spend
from analytic.payoff import effort_payoff, share_symbols
from evolution.study.graph_text import GENERATORS, generated
from evolution.study.study_file import Settings, StudyError, load_study, resolved, studies
from evolution.study.toml_text import read_toml, write_toml

EFFORTS = """
[parameters]
k = {default = 0.2, unit = "currency/token", control = "designer"}
m = 0.02
c = 0.2
n = 5
[curve.token]
linear = {m = "m", b = 0}
fee = 0
[role.affiliate]
count = "n"
action = {x = [0, 40]}
moves = ["spend c*x", "contribute x to token", "claim k*minted from designer"]
[account.designer]
budget = 100
[play]
order = "batch"
matching = ["closed group", "random groups"]
"""

ROLES = """
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

NETWORK = """
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


@pytest.fixture
def load(tmp_path):
    def read(text, overrides=(), name="mine.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return load_study(path, dict(overrides))

    return read


def test_efforts_derive_the_payoff_of_the_catalogue(load):
    design, known = load(EFFORTS).design, affiliate()
    ours, theirs = (d.number(effort_payoff(d, d.role())) for d in (design, known))
    x = design.role().action.symbol
    assert x == known.role().action.symbol
    for mine, others in ((5, 20), (16.2, 64.8), (20, 80), (0, 3)):
        at = {x: sp.Rational(str(mine)), OTHERS: sp.Rational(str(others))}
        assert sp.simplify(ours.subs(at) - theirs.subs(at)) == 0


def test_efforts_in_detail(load):
    design = load(EFFORTS).design
    c, k, x = design.parameter("c").symbol, design.parameter("k").symbol, sp.Symbol("x", nonnegative=True)
    assert design.role().moves == (Spend(c * x), Contribute(x, "token"), Claim(k * MINTED, "designer", "token"))
    assert design.parameter("n").domain == sp.Interval(1, sp.oo)
    assert design.parameter("k").default == sp.Rational(1, 5)
    said = [(p.name, p.order, p.choice, p.mutation, p.standing) for p in design.protocols]
    assert said == [
        ("closed group", "batch", "imitate the best", sp.Rational(1, 100), False),
        ("random groups", "batch", "proportional imitation", sp.Rational(1, 50), False),
    ]


def test_payoffs_by_hand_in_each_others_shares(load):
    design = load(ROLES).design
    x, s = (sp.Symbol(name, nonnegative=True) for name in "xs")
    assert share_symbols(design, design.role("validator"))[0] == x
    gap = [row.payoff for row in design.role("validator").strategies]
    assert sp.expand(design.number(gap[1] - gap[0])) == s / 5 - s * x / 2
    stay = design.role("delegator").strategy("stake").payoff
    assert design.number(stay).subs({x: sp.Rational(2, 5), s: sp.Rational(3, 5)}) == sp.Rational(3, 100)
    assert design.protocol.choice == "proportional imitation"
    assert design.protocol.matching == "whole population"


def test_a_game_on_a_graph(load):
    design = load(NETWORK).design
    assert sorted(dict(design.graph.degree()).values()) == [1, 1, 1, 3]
    assert design.role().count == 4
    assert design.role().payoff.has(NEIGHBOURS)
    assert design.role().action.high == sp.oo
    assert design.protocol.matching == "graph"


def test_edges_lie_beside_the_study_and_travel_with_it(load, tmp_path):
    (tmp_path / "friends.txt").write_text("a b  # strong\n\nb c 0.5\n")
    study = load(NETWORK.replace('networkx = "star_graph(3)"', 'edges = "friends.txt"'))
    assert study.design.graph.edges["b", "c"]["weight"] == sp.Rational(1, 2)
    (tmp_path / "friends.txt").unlink()
    again = load(resolved(study, seed=1), name="again.toml")
    assert dict(again.design.graph.edges) == dict(study.design.graph.edges)


@pytest.mark.parametrize("call", sorted(GENERATORS))
def test_every_generator_makes_a_graph_of_the_size_it_promises(call):
    count, bound = GENERATORS[call]
    numbers = {"random_regular_graph": [3, 8, 1], "barabasi_albert_graph": [9, 2, 1]}.get(call, [3, 4, 5][:count])
    graph = generated(f"{call}({', '.join(map(str, numbers))})")
    assert 0 < graph.number_of_edges() <= bound(*numbers) + 1
    assert set(graph) == set(range(len(graph)))


def test_packaged_studies_and_their_titles():
    assert [name for name, _ in studies()] == ["affiliate", "holding", "pumpfun"]
    for name, title in studies():
        study = load_study(name)
        assert (study.name, study.title) == (name, title)


def test_the_launch_curve_graduates_at_85_sol():
    """R(S) = V S / (K - S): the constant product of the virtual reserves."""
    study = load_study("pumpfun")
    curve = study.design.curves["token"]
    numbers = curve.at(**{str(one): study.design.values[one] for one in curve.free_symbols})
    assert numbers.reserve(793.1e6) == pytest.approx(30 * 793.1 / (1073 - 793.1), rel=1e-12)
    assert study.design.role().strategies[0].moves == (Mint(study.design.parameter("lot").symbol, "token"),)
    assert [p.name for p in study.design.parameters if p.per_agent] == ["lot", "v", "T"]
    assert study.attacks[0].orders == ("quantity", "spend")


FULL = """
title = "A \\"quoted\\" title, café"
[parameters]
third = "1/3"
n = 4
w = {distribution = {values = [1, 2], weights = [0.25, 0.75]}}
T = {default = 0.1, domain = [0, "inf"], open = "left", unit = "currency"}
[curve.a]
linear = {m = "third", b = 1}
buy_fee = 0.01
fee_on = "payment"
[curve.b]
sigmoid = {K = 2, k = 0.5, S0 = 10}
[account.purse]
budget = "inf"
[role.p]
count = "n"
value = {a = "w", b = 1}
strategies = {both = ["mint 1 of a", "mint 2 of b referring self"], wait = []}
[[play]]
name = "slow"
[[play]]
name = "fast"
order = "simultaneous"
revising = 0.5
[stakeholder.founder]
treasury = "purse"
value = 0.5
[run]
sizes = [4, 8]
seeds = 3
rounds = 10
start = 0.5
horizon = 2.5
x0 = {p = 0.25}
[[attack]]
kind = "sandwich"
curve = "a"
supply = 10
victim = "n"
order = "spend"
"""


@pytest.mark.parametrize("text", [EFFORTS, ROLES, NETWORK, FULL])
def test_resolved_and_back(load, text):
    study = load(text, {"n": "7"} if text == FULL else {})
    again = load(resolved(study, seed=11), name="other.toml")
    assert again.name == study.name
    assert again.title == study.title
    assert dict(again.design.values) == dict(study.design.values)
    for part in ("roles", "protocols", "curves", "treasuries", "stakeholders", "shares", "parameters"):
        if part != "parameters" or text != FULL:
            assert getattr(again.design, part) == getattr(study.design, part), part
    assert again.attacks == study.attacks
    assert again.settings.seed == 11
    assert resolved(again, seed=11) == resolved(study, seed=11)


def test_run_settings(load):
    assert load(FULL).settings == Settings((4, 8), 3, 10, 0.5, 2.5, {"p": 0.25})


def test_numbers_are_set_from_outside(load):
    design = load(EFFORTS, {"k": "0.3", "n": "4"}).design
    assert design.number(design.parameter("k").symbol) == sp.Rational(3, 10)
    assert "k = 0.3" in resolved(load_study("affiliate", {"k": "0.3"}), seed=0)


REFUSED = [
    (EFFORTS, "k = {default", "k = {defualt", "parameters.k: unknown key 'defualt'; did you mean 'default'?"),
    (EFFORTS, "[play]", "[paly]", "unknown key 'paly'; did you mean 'play'?"),
    (EFFORTS, "m = 0.02", "m = true", "parameters.m.default: must be a number.*got True"),
    (EFFORTS, "m = 0.02", "m = nan", "a number is written like.*'nan'"),
    (EFFORTS, "m = 0.02", "m = 1e999999999", "between 1e-300 and 1e300"),
    (EFFORTS, "m = 0.02", "m = -1", "curve.token.linear: m = -1 is not allowed: it must be >= 0"),
    (EFFORTS, "fee = 0", "fee = 1.5", r"buy_fee = 3/2 is outside \[0, 1\)"),
    (EFFORTS, "fee = 0", 'fee_on = "moon"', "fee_on is 'curve' or 'payment', got 'moon'"),
    (EFFORTS, 'm = "m"', 'm = "mm"', r"(?s)curve.token.linear: unknown name 'mm': did you mean m.*line 1, column 1"),
    (EFFORTS, "spend c*x", "spend c*y", r"role.affiliate.moves: move 1: unknown name 'y'.*column 9"),
    (EFFORTS, "contribute x to token", "contribute x to tokn", "no curve is called 'tokn'; did you mean 'token"),
    (EFFORTS, "contribute x", "contribte x", "move 2: a move begins with .*; did you mean 'contribute'?"),
    (EFFORTS, "from designer", "from nobody", "move 3: no account is called 'nobody'"),
    (EFFORTS, "from designer", "", "move 3: say from which account"),
    (EFFORTS, "spend c*x", "spend", "move 1: spend needs an amount"),
    (EFFORTS, "x = [0, 40]", "x = [40, 0]", r"role.affiliate.action.x: .*low < high"),
    (EFFORTS, "x = [0, 40]", "S = [0, 40]", "'S' already stands for something"),
    (EFFORTS, "x = [0, 40]", "c = [0, 40]", "'c' already stands for something"),
    (EFFORTS, "n = 5", "n = 4.5", r"count = n is 9/2, but must be a whole number"),
    (EFFORTS, "n = 5", "n = 0", r"parameter n is 0, outside its domain \[1, inf"),
    (EFFORTS, 'count = "n"', "", "role.affiliate: needs a count"),
    (EFFORTS, "budget = 100", "budget = -1", "account.designer.budget: must be >= 0"),
    (EFFORTS, '"closed group"', '"closed grup"', "play: matching is 'closed grup'.*did you mean 'closed group'?"),
    (EFFORTS, 'order = "batch"', "mutation = 2", r"play.mutation: must lie in \[0, 1\], got 2"),
    (EFFORTS, "budget = 100", "", "account.designer.budget: is missing"),
    (EFFORTS, "[play]", '[[attack]]\nkind = "sandwhich"\n[play]', "attack.0.: .*did you mean 'sandwich'"),
    (EFFORTS, "[play]", "[run]\nseeds = 0\n[play]", "run.seeds: must be greater than or equal to 1, got 0"),
    (EFFORTS, "[play]", "[run]\nhorizon = 0\n[play]", "run: horizon must be > 0, got 0"),
    (ROLES, "validator.honest", "validator.honst", "shares.x: .*did you mean 'honest'"),
    (ROLES, "validator.honest", "validatr.honest", "shares.x: .*did you mean 'validator'"),
    (ROLES, "[shares]", "[run]\nx0 = {validator = 1.5}\n[shares]", r"x0.validator .* in \[0, 1\], got 1.5"),
    (ROLES, 'hold = "r"', "hold = []", "role.delegator: mixes strategies of moves with payoffs by hand"),
    (ROLES, 'hold = "r"', 'hold = "r + y"', "role.delegator.strategies.hold: unknown name 'y'"),
    (NETWORK, "star_graph(3)", "star_grph(3)", "no generator of graphs is called 'star_grph'; did you mean 'star"),
    (NETWORK, "star_graph(3)", "star_graph(3, 4)", "graph: star_graph takes 1 whole numbers"),
    (NETWORK, "star_graph(3)", "complete_graph(10000)", "more than 100000 edges"),
    (NETWORK, "star_graph(3)", "balanced_tree(100, 100)", "more than 100000 edges"),
    (NETWORK, "neighbours(x)", "neighbours(c)", "takes the action"),
    (NETWORK, 'one_per = "node"', 'one_per = "edge"', "one_per is 'edge'"),
    (NETWORK, 'one_per = "node"', "count = 4", "belong together"),
    (FULL, "T = {default = 0.1", "T = {default = 0", r"parameter T is 0 currency, outside its domain \(0, inf\)"),
    (FULL, "victim", "victims", "attack.0.: unknown key 'victims'; did you mean 'victim'?"),
    (FULL, "w = {distribution", "w = {default = 9, distribution", "the mean of its distribution is 7/4"),
    (FULL, "T = {default = 0.1", "TT = {default = 0.1", "logit choice needs a temperature"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "old", "new", "words"), REFUSED)
def test_mistakes_are_refused_with_place_and_value(load, text, old, new, words):
    assert old in text
    with pytest.raises(StudyError, match=words) as refusal:
        load(text.replace(old, new, 1))
    assert "mine.toml: " in str(refusal.value)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kk": "1"}, "--set: no parameter is called 'kk'; did you mean 'k'?"),
        ({"phi": "1"}, r"--set: parameter phi is 1, outside its domain \[0, 1\)"),
        ({"k": "-1"}, r"parameter k is -1 currency/token, outside its domain \[0, inf\) currency/token"),
        ({"k": "__import__('os')"}, "parameter k must be a number"),
        ({"n": "2.5"}, "must be a whole number"),
        ({"self": "1"}, "no parameter is called 'self'"),
    ],
)
def test_numbers_from_outside_are_checked(given, words):
    with pytest.raises(StudyError, match=words):
        load_study("affiliate", given)


def test_broken_toml_has_line_and_column(load):
    with pytest.raises(StudyError, match=r"mine.toml: not TOML: .*\(line 3, column 9\)"):
        load("[parameters]\nm = 1\nk = 0.2 0.3\n")
    with pytest.raises(StudyError, match=r"\(line 1, column \d+\)"):
        load('title = "open')


def test_unknown_studies_and_files(tmp_path):
    with pytest.raises(StudyError, match="no study is called 'afiliate'; did you mean 'affiliate'"):
        load_study("afiliate")
    with pytest.raises(StudyError, match="there is no such file"):
        load_study(tmp_path / "none.toml")
    with pytest.raises(StudyError, match="is not a file"):
        load_study(tmp_path)
    (tmp_path / "big.toml").write_text("#" * 1_000_001)
    with pytest.raises(StudyError, match="longer than 1000000 bytes"):
        load_study(tmp_path / "big.toml")
    (tmp_path / "latin.toml").write_bytes(b"# fine\ntitle = '\xe9'")
    with pytest.raises(StudyError, match=r"not UTF-8 text \(line 2, byte 10 of it\)"):
        load_study(tmp_path / "latin.toml")


def test_a_catalogue_design_brings_its_own_parts(load):
    with pytest.raises(StudyError, match="the nearest are affiliate"):
        load('design = "afiliate"')
    with pytest.raises(StudyError, match="role: cannot stand beside design = 'affiliate'"):
        load('design = "affiliate"\n[role.x]\ncount = 1')
    assert load('design = "affiliate"\n[parameters]\nn = 3').design.bound["n"] == 3


HOSTILE = [
    "__import__('os').system('x')", "().__class__.__bases__", "open('/etc/passwd')", "x.__class__", "exec(x)",
    "lambda: x", "[x for x in x]", "f'{x}'", "9**9**9**9", "x if x else x", "x; x", "\u0445", "x\x00", "(" * 500,
    "exit()", "x := 1",
    "star_graph(__import__('os'))", "../../../etc/passwd", "/etc/passwd", "$(touch x)", "`id`", "<script>", "{{x}}",
    "",
]  # fmt: skip

PLACES = [
    (EFFORTS, 'm = "m"', "m = {}"), (EFFORTS, "fee = 0", "fee = {}"), (EFFORTS, 'count = "n"', "count = {}"),
    (EFFORTS, "x = [0, 40]", "x = [0, {}]"), (EFFORTS, '"spend c*x"', "{}"), (EFFORTS, "budget = 100", "budget = {}"),
    (EFFORTS, "x = [0, 40]", "{} = [0, 40]"), (EFFORTS, "m = 0.02", "m = {}"), (EFFORTS, "n = 5", "n = 5\n{} = 1"),
    (EFFORTS, "[role.affiliate]", "[role.{}]"), (EFFORTS, "[curve.token]", "[curve.{}]"), (EFFORTS, '"batch"', "{}"),
    (EFFORTS, '["closed group", "random groups"]', "{}"), (EFFORTS, 'unit = "currency/token"', "domain = [0, {}]"),
    (EFFORTS, 'linear = {m = "m", b = 0}', "expression = {}"), (EFFORTS, "[play]", "[play]\ntemperature = {}"),
    (ROLES, '"f*i - c"', "{}"), (ROLES, '"validator.honest"', "{}"), (ROLES, "{honest =", "{{} ="),
    (ROLES, 'x = "validator', '{} = "validator'), (NETWORK, '"star_graph(3)"', "{}"), (NETWORK, '"node"', "{}"),
    (NETWORK, 'networkx = "star_graph(3)"', "edges = {}"), (NETWORK, 'networkx = "star_graph(3)"', "edges = [{}]"),
    (FULL, '{a = "w", b = 1}', "{a = {}}"), (FULL, "victim = \"n\"", "victim = {}"), (FULL, '"purse"', "{}"),
    (FULL, "start = 0.5", "start = {}"), (FULL, 'kind = "sandwich"', "kind = {}"),
    (FULL, "revising = 0.5", "revising = {}"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "old", "new"), PLACES)
def test_hostile_text_is_refused_everywhere_and_nothing_runs(load, monkeypatch, text, old, new):
    assert old in text

    def forbidden(*_, **__):
        raise AssertionError("executed")

    monkeypatch.setattr(os, "system", forbidden)
    monkeypatch.setattr(builtins, "eval", forbidden)
    monkeypatch.setattr(sp, "parse_expr", forbidden)
    begun = time.monotonic()
    for word in HOSTILE:
        written = new.replace("{}", quoted(word), 1)
        with pytest.raises(StudyError) as refusal:
            load(text.replace(old, written, 1))
        assert "not TOML" not in str(refusal.value)  # it was the word that was refused, not the way it was put in
    assert time.monotonic() - begun < 5


def quoted(word):
    """A text as TOML writes it."""
    return write_toml({"x": word}).removeprefix("x = ").rstrip("\n")


def test_written_toml_reads_back():
    document = {"a": "0.10", "b": 3, "c": ['x"\\\x7f', True], "t": {"u": {"v": "1/3"}}, "l": [{"k": 1}, {"k": 2}]}
    assert read_toml(write_toml(document)) == document


def test_deep_and_long_documents_are_refused(load):
    for text in ("x = " + "[" * 5000, "x = " + "9" * 5000, "[a" + ".a" * 3000 + "]\nx = 1"):
        with pytest.raises(StudyError):
            load(text)


def test_x0_are_numbers(load):
    shares = load(ROLES + "[run]\nx0 = {validator = 0.5, delegator = 0.4}\nhorizon = 5\n").settings.x0
    assert np.array_equal(list(shares.values()), [0.5, 0.4])
