"""The zoo against the solvers: what the literature says and what is computed agree, at many parameter values."""

import pickle
from fractions import Fraction as F

import numpy as np
import pytest

from gametheory import (
    NormalForm,
    correlated_equilibrium,
    exact_potential,
    has_finite_improvement_property,
    is_neutrally_stable,
    iterated_dominance,
    risk_dominance,
    solve,
    stability_of,
    zoo,
)
from gametheory.zoo.entry import SCOPES, NamedGame

PARAMETERS = {
    "prisoners_dilemma": [{}, {"temptation": "7/2", "punishment": 2}, {"sucker": -10.5}],
    "stag_hunt": [{}, {"stag": 9, "hare": 8}, {"hare": 2}, {"hare": 1}, {"stag": 1, "hare": "1/10", "alone": -3}],
    "diamond_dybvig": [{}, {"deposit": 100, "early": 51, "late": 101}, {"early": "11/10"}],
    "hawk_dove": [{}, {"V": 4}, {"V": 5}, {"V": "1/3", "C": "7/5"}, {"V": 0.1, "C": 0.1}],
    "chicken": [{}, {"prize": 11}, {"shame": "1/2"}, {"prize": 10, "peace": 4, "shame": -1, "crash": -100}],
    "battle_of_the_sexes": [{}, {"favourite": 3, "other": 2}, {"apart": "1/2"}, {"apart": -4}],
    "rock_paper_scissors": [{}, {"win": 2}, {"loss": "3/2"}, {"win": "1/1000", "loss": 50}],
    "rock_paper_scissors_lizard_spock": [{}],
    "coordination": [{}, {"values": [5]}, {"values": [1, "1/2", 3, 1]}, {"values": [1, 1]}],
    "shapley_cycle": [{}, {"beta": "1/2"}, {"beta": "-9/10"}, {"beta": "99/100"}],
    "zeeman": [{}],
    "young_conventions": [{}],
    "dawkins_sexes": [{}, {"gain": 10, "raising": 11, "courtship": 1}, {"courtship": "1/7"}],
    "pennies_ring": [{}, {"players": 2}, {"players": 4}],
    "matching_pennies": [{}, {"stake": "1/3"}],
    "asymmetric_matching_pennies": [{}, {"top_left": 44}, {"top_left": 80}, {"top_left": "81/2"}],
    "hide_and_seek": [{}, {"values": [1, 1]}, {"values": ["1/2", 3, 7, 100, 2]}],
    "morra": [{}],
    "oneill": [{}, {"win": 5, "loss": 5}, {"win": 3, "loss": 2}],
    "colonel_blotto": [{}],
    "kuhn_poker": [{}],
    "inspection_game": [{}, {"wage": 10, "effort": "1/3", "cost": 9}, {"output": 0}],
    "travellers_dilemma": [{"high": 9}, {"low": 0, "high": 3, "bonus": "101/100"}, {"high": 12, "bonus": 40}],
    "eleven_twenty": [{}, {"low": 1, "high": 7, "bonus": 6}, {"bonus": "3/2"}, {"low": 0, "high": 5, "bonus": 10}],
    "beauty_contest": [{}, {"highest": 4, "factor": 0}, {"highest": 5, "factor": "99/100"}, {"highest": 1}],
    "minimum_effort": [{}, {"players": 3, "efforts": 4}, {"players": 4, "efforts": 3, "benefit": 5, "cost": "9/2"}],
    "public_goods": [{}, {"players": 2}, {"players": 5, "multiplier": "24/5", "contribution": 3}],
    "volunteers_dilemma": [{}, {"players": 2, "cost": "1/3"}, {"benefit": 9, "cost": 1}, {"benefit": 3}],
    "collective_risk": [
        {},
        {"contribution": "1/2"},
        {"risk": 1, "contribution": "3/8"},
        {"players": 4, "threshold": 3},
        {"players": 2},
    ],
    "el_farol": [{}, {"capacity": 1}, {"players": 2, "capacity": 1}, {"players": 5, "capacity": 3}, {"good": 10}],
    "braess_paradox": [{}, {"players": 2, "delay": "5/2"}, {"shortcut": False}],
    "entry_deterrence": [{}, {"profit": "1/3"}, {"profit": "9/10", "monopoly": 100}],
    "selten_horse": [{}],
    "centipede": [{}, {"nodes": 2}, {"nodes": 6}, {"high": 3, "growth": "5/2"}, {"nodes": 8, "high": 10, "growth": 3}],
    "indifference": [{}, {"rows": 2, "columns": 3}, {"rows": 1, "columns": 1}, {"rows": 3, "columns": 1}],
    "von_stengel_degenerate": [{}],
    "kohlberg_mertens": [{}],
    "savani_von_stengel": [{}],
    "von_stengel_75": [{}],
    "mckelvey_mclennan": [{}],
}
CASES = [(name, given) for name, several in PARAMETERS.items() for given in several]
IDS = [f"{name}{given or ''}" for name, given in CASES]


def entry(name, given):
    return getattr(zoo, name)(**given)


def plain(profile):
    """The profile as a tuple of tuples that compares equal by value; irrational numbers as canonical SymPy texts."""
    import sympy

    return tuple(
        tuple(F(p) if isinstance(p, int | F) else str(sympy.radsimp(sympy.expand(p))) for p in part) for part in profile
    )


def test_every_game_is_tried():
    assert set(PARAMETERS) == set(zoo.__all__) - {"NamedGame", "named_game", "named_games"}
    assert len(PARAMETERS) == 40


@pytest.mark.parametrize(("name", "given"), CASES, ids=IDS)
def test_equilibria_are_those_that_solve_finds(name, given):
    known = entry(name, given)
    stated = [plain(profile) for profile in known.equilibria]
    assert len(set(stated)) == len(stated)
    if known.scope == "some" or known.name == "Selten's horse":
        assert all(max(known.game.regret(profile)) == 0 for profile in known.equilibria)
        return
    concept = {"all": "nash", "pure": "pure", "symmetric": "symmetric"}[known.scope]
    found = solve(known.game, concept)
    assert found.complete
    assert {plain(e.exact) for e in found} == set(stated)
    if known.scope == "all" and len(known.game.players) == 2:
        subsets = known.nash_subsets or tuple((i,) for i in range(len(stated)))
        assert {frozenset(stated[i] for i in group) for group in subsets} == {
            frozenset(plain(found[i].exact) for i in group) for group in found.nash_subsets
        }


@pytest.mark.parametrize(("name", "given"), CASES, ids=IDS)
def test_ess_value_and_potential_are_those_that_are_computed(name, given):
    known = entry(name, given)
    if known.ess is not None:
        assert {e.exact[0] for e in solve(known.game, "ess")} == set(known.ess)
    if known.value is not None:
        assert (known.game.payoffs[0] == -known.game.payoffs[1]).all()
        found = solve(known.game, method="linear program")
        assert known.game.expected(found[0].exact)[0] == known.value
        assert all(known.game.expected(profile)[0] == known.value for profile in known.equilibria)
    if known.potential is not None:
        found = exact_potential(known.game)
        assert found.exists
        assert (found.values == known.potential).all()


@pytest.mark.parametrize("given", PARAMETERS["stag_hunt"])
def test_stag_hunts_and_their_risk(given):
    known = zoo.stag_hunt(**given)
    assert risk_dominance(known.game).dominant == known.facts["risk dominant"]


@pytest.mark.parametrize("name", ["diamond_dybvig", "battle_of_the_sexes"])
def test_risk_dominance_elsewhere(name):
    for given in PARAMETERS[name]:
        known = entry(name, given)
        assert risk_dominance(known.game).dominant == known.facts["risk dominant"]


def test_all_three_answers_on_risk_occur():
    told = {zoo.stag_hunt(**given).facts["risk dominant"] for given in PARAMETERS["stag_hunt"]}
    assert told == {((0, 0),), ((1, 1),), ((0, 0), (1, 1))}


@pytest.mark.parametrize("given", PARAMETERS["chicken"])
def test_chicken_with_a_mediator(given):
    known = zoo.chicken(**given)
    table = correlated_equilibrium(known.game).distribution
    total = sum(p * a for pay in known.game.payoffs for p, a in zip(table.flat, pay.flat, strict=True))
    assert total == known.facts["best correlated total"]


def test_rock_paper_scissors_is_neutrally_stable_up_to_the_standard_one():
    for given in PARAMETERS["rock_paper_scissors"]:
        known = zoo.rock_paper_scissors(**given)
        assert is_neutrally_stable(known.game, known.equilibria[0][0]) == known.facts["neutrally stable"]


def test_counts_from_the_literature():
    assert len(solve(zoo.von_stengel_75().game)) == zoo.von_stengel_75().facts["equilibrium count"] == 75
    assert len(zoo.coordination([1] * 6).equilibria) == 63
    assert len(zoo.volunteers_dilemma(8).equilibria) == 255


def test_public_goods_are_worth_providing():
    for given in PARAMETERS["public_goods"]:
        known = zoo.public_goods(**given)
        assert sum(pay[(0,) * pay.ndim] for pay in known.game.payoffs) == known.facts["best total"] > 0
        assert iterated_dominance(known.game).survivors == ((1,),) * len(known.game.players)


def test_the_shortcut_makes_everybody_later():
    with_it, without = zoo.braess_paradox(), zoo.braess_paradox(shortcut=False)
    late, early = (-g.game.expected(g.equilibria[0])[0] for g in (with_it, without))
    assert (late, early) == (8, 7)
    for pay_with, pay_without in zip(with_it.game.payoffs, without.game.payoffs, strict=True):
        assert (pay_with[:2, :2, :2, :2] == pay_without).all()


def test_kuhn_poker_is_the_game_that_is_played():
    """The table against a tree of deals, bets and calls, played out with behaviour strategies."""
    known = zoo.kuhn_poker()
    rng = np.random.default_rng(0)
    bet_jack, call_queen, bet_king, bluff, call = rng.integers(0, 100, 5) / 100

    def tree(mine, yours):
        high = 1 if mine > yours else -1
        bet = (bet_jack, 0, bet_king)[mine]
        called, bluffs, calls = (0, call, 1)[yours], (bluff, 0, 1)[yours], (0, call_queen, 1)[mine]
        checked = bluffs * (calls * 2 * high - (1 - calls)) + (1 - bluffs) * high
        return bet * (called * 2 * high + (1 - called)) + (1 - bet) * checked

    expected = sum(tree(a, b) for a in range(3) for b in range(3) if a != b) / 6
    x = [
        (bet_jack if j else 1 - bet_jack) * (call_queen if q else 1 - call_queen) * (bet_king if k else 1 - bet_king)
        for j in (0, 1)
        for q in (0, 1)
        for k in (0, 1)
    ]
    y = [(bluff if j else 1 - bluff) * (call if q else 1 - call) for j in (0, 1) for q in (0, 1)]
    assert known.game.expected([x, y])[0] == pytest.approx(expected, abs=1e-12)


def test_learning_goes_round_where_it_is_said_to():
    assert not has_finite_improvement_property(zoo.pennies_ring().game)
    assert not has_finite_improvement_property(zoo.dawkins_sexes().game)
    assert has_finite_improvement_property(zoo.young_conventions().game)


def test_the_horse_has_two_segments():
    known = zoo.selten_horse()
    for first, second in known.nash_subsets:
        one, other = known.equilibria[first], known.equilibria[second]
        for t in (F(0), F(1, 3), F(1)):
            between = [
                [t * p + (1 - t) * q for p, q in zip(*parts, strict=True)] for parts in zip(one, other, strict=True)
            ]
            assert max(known.game.regret(between)) == 0
        beyond = [[2 * q - p for p, q in zip(*parts, strict=True)] for parts in zip(one, other, strict=True)]
        if min(p for part in beyond for p in part) >= 0:
            assert max(known.game.regret(beyond)) > 0
    assert {tuple(support[0] for support in e.support) for e in solve(known.game, "pure")} == {(1, 0, 0), (0, 0, 1)}


def test_the_convention_that_lasts_has_the_least_tree_of_mistakes():
    """Young's theorem: resistances are the least shares of mistakes that make another action a best reply."""
    known = zoo.young_conventions()
    A = known.game.payoffs[0]

    def resistance(start, end):
        shares = []
        for wrong in {0, 1, 2} - {start}:
            for n in range(841):  # 840 is divisible by all denominators that occur
                pay = A[:, start] * (1 - F(n, 840)) + A[:, wrong] * F(n, 840)
                if pay[end] == max(pay):
                    shares.append(F(n, 840))
                    break
        return min(shares)

    others = {root: [i for i in range(3) if i != root] for root in range(3)}
    least = {
        root: min(
            resistance(a, root) + resistance(b, root),
            resistance(a, b) + resistance(b, root),
            resistance(b, a) + resistance(a, root),
        )
        for root, (a, b) in others.items()
    }
    assert least[1] == F(1, 2)
    assert least[2] == F(21, 40)
    assert min(least, key=least.get) == known.facts["stochastically stable"]


def test_zeemans_rest_point_attracts_though_it_is_no_ess():
    known = zoo.zeeman()
    A = known.game.floats[0]
    x = np.full(3, 1 / 3)
    linear = np.diag(x) @ (A - np.ones((3, 1)) @ (x @ (A + A.T))[None, :])  # Jacobian of the replicator equation at x
    basis = np.linalg.qr(np.array([[1, 0], [0, 1], [-1, -1]]))[0]
    assert np.linalg.eigvals(basis.T @ linear @ basis).real.max() < 0
    assert not stability_of(known.game, known.equilibria[1]).ess


@pytest.mark.parametrize(
    ("name", "given", "word"),
    [
        ("prisoners_dilemma", {"reward": 6}, "temptation > reward .* given were 5, 6, 1, 0"),
        ("prisoners_dilemma", {"reward": "six"}, "reward = 'six' is no number"),
        ("stag_hunt", {"alone": 3}, "stag > hare > alone"),
        ("diamond_dybvig", {"early": 1}, "deposit / 2"),
        ("hawk_dove", {"V": 0}, "V > 0"),
        ("hawk_dove", {"C": float("nan")}, "C = nan is not finite"),
        ("chicken", {"crash": 2}, "shame > crash"),
        ("battle_of_the_sexes", {"other": 2}, "favourite > other"),
        ("rock_paper_scissors", {"loss": 0}, "loss > 0"),
        ("coordination", {"values": []}, "number of values = 0"),
        ("coordination", {"values": [1, -1]}, "values > 0"),
        ("shapley_cycle", {"beta": 1}, "-1 < beta < 1"),
        ("dawkins_sexes", {"raising": 24}, "raising < 2"),
        ("pennies_ring", {"players": 1}, "whole number from 2 to 10"),
        ("pennies_ring", {"players": 2.5}, "players = 2.5"),
        ("matching_pennies", {"stake": 0}, "stake > 0"),
        ("asymmetric_matching_pennies", {"top_left": 40}, "top_left > 40"),
        ("hide_and_seek", {"values": [1]}, "from 2 to 12"),
        ("oneill", {"win": 0}, "win > 0"),
        ("inspection_game", {"cost": 4}, "cost < wage"),
        ("travellers_dilemma", {"bonus": 1}, "bonus > 1"),
        ("travellers_dilemma", {"high": 2}, "high = 2"),
        ("eleven_twenty", {"low": 16}, "low <= high - 5"),
        ("beauty_contest", {"factor": 1}, "factor < 1"),
        ("minimum_effort", {"players": 6, "efforts": 20}, "10,000 profiles"),
        ("minimum_effort", {"cost": "1/5"}, "benefit > cost"),
        ("public_goods", {"multiplier": 3}, "multiplier < players"),
        ("volunteers_dilemma", {"cost": 2}, "benefit > cost"),
        ("collective_risk", {"contribution": "9/20"}, "other than risk / 2"),
        ("collective_risk", {"threshold": 1}, "threshold = 1"),
        ("el_farol", {"capacity": 3}, "from 1 to 2"),
        ("braess_paradox", {"players": 3, "delay": 4}, "even number of players .* given were 3, 4"),
        ("braess_paradox", {"delay": 6}, "delay < 3 players"),
        ("entry_deterrence", {"monopoly": 1}, "1 < monopoly"),
        ("centipede", {"nodes": 3}, "even number of nodes"),
        ("centipede", {"growth": 4}, "low \\* growth"),
        ("indifference", {"rows": 0}, "rows = 0"),
    ],
)
def test_parameters_that_make_another_game_are_refused(name, given, word):
    with pytest.raises(ValueError, match=word):
        entry(name, given)


def test_names_are_found_as_people_write_them():
    for written in ("hawk dove", "Hawk-Dove", "hawk_dove", "HAWK–DOVE"):
        assert zoo.named_game(written).name == "hawk-dove"
    assert zoo.named_game("Prisoner's dilemma").game == zoo.prisoners_dilemma().game
    assert zoo.named_game("prisoner’s Dilemma", reward=4).game == zoo.prisoners_dilemma(reward=4).game


def test_a_misspelt_name_or_parameter_gets_the_nearest():
    with pytest.raises(ValueError, match=r"unknown game 'stag hint'.*Did you mean 'stag hunt'\?"):
        zoo.named_game("stag hint")
    with pytest.raises(ValueError, match=r"unknown parameter 'v' of 'hawk dove'; allowed: V, C\."):
        zoo.named_game("hawk dove", v=1)
    with pytest.raises(ValueError, match=r"Did you mean 'reward'\?"):
        zoo.named_game("prisoners dilemma", rewards=1)


def test_the_list_has_each_game_once_with_a_source():
    games = zoo.named_games()
    assert len(games) == len({game.name for game in games}) == 40
    assert [game.name.lower() for game in games] == sorted(game.name.lower() for game in games)
    for game in games:
        assert game.scope in SCOPES
        assert len(game.citation) > 20
        assert zoo.named_game(game.name).game == game.game
        assert game.citation in str(game)


def test_a_false_answer_cannot_be_stated():
    game = NormalForm.symmetric([[3, 0], [5, 1]])
    wrong = (((F(1), F(0)), (F(1), F(0))),)
    with pytest.raises(ValueError, match="is no equilibrium"):
        NamedGame(name="a", game=game, citation="b", equilibria=wrong)
    with pytest.raises(ValueError, match="scope is 'most'; allowed: all, symmetric"):
        NamedGame(name="a", game=game, citation="b", equilibria=(), scope="most")


def test_entries_are_frozen_and_can_be_sent_to_workers():
    known = zoo.volunteers_dilemma()
    again = pickle.loads(pickle.dumps(known))
    assert (again.equilibria, again.game, dict(again.facts)) == (known.equilibria, known.game, dict(known.facts))
    with pytest.raises(TypeError):
        known.facts["more"] = 1
    with pytest.raises(ValueError, match="read-only"):
        zoo.prisoners_dilemma().potential[0, 0] = 1
