"""Every entry of the tables is reached by some file here, or stands below with the reason."""

import ast
import json
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
EVOLUTION, *OTHERS = (
    {entry["id"] for entry in json.loads((HERE / "data" / f"{name}.json").read_text())}
    for name in ("evolution", "theory", "token")
)
ENTRIES = EVOLUTION.union(*OTHERS)

GRAPH = "evolution on a graph, which comes later"
RANKING = "alpha-rank of several populations, which comes with ranking later; those of one population are reached"
CHOICE = "a theory of choice in matrix games, no mechanism and no dynamic"
LEARNERS = "needs learning agents, which come later"
PARTLY = {"CO-03-calvano-sim": "the learning agents; the prices, profits and index they are measured by are under test"}
NOT_REACHED = {
    "cycle_db_exact": GRAPH,
    "cycle_db_bc_20": GRAPH,
    "petersen_bd_bc": GRAPH,
    "allen_cycle": GRAPH,
    "allen_petersen": GRAPH,
    "allen_two_stars": GRAPH,
    "isothermal_theorem": GRAPH,
    "star_amplifier_small": GRAPH,
    "star_amplifier_limit": GRAPH,
    "snowdrift_graph_db": GRAPH,
    "nowak_may_fraction": GRAPH,
    "alpharank_bos_01": RANKING,
    "alpharank_bos_100": RANKING,
    "IN-02-qre-mle": CHOICE,
    "IN-05-ch": CHOICE,
    "IN-08-ewa": LEARNERS,
    "NW-01-bcz": "a game on a network without motion; under test in tests/gametheory/test_network.py",
    "NW-03-bk": "equilibria of a game on a network, no dynamic",
    "NW-04-ohtsuki": GRAPH,
    "NW-06-morris": GRAPH,
    "PG-06-globalgame-sim": "needs a population that draws private signals",
}


def entries_named(path: Path) -> set[str]:
    """The ids that stand in a table's file as texts, lists of what it does not reach left out."""
    tree = ast.parse(path.read_text())
    kept = [
        each for each in tree.body if not (isinstance(each, ast.Assign) and "NOT_REACHED" in ast.dump(each.targets[0]))
    ]
    texts = {
        n.value for each in kept for n in ast.walk(each) if isinstance(n, ast.Constant) and isinstance(n.value, str)
    }
    return texts & ENTRIES


def test_every_entry_is_reached_or_explained():
    named = Counter(name for path in sorted(HERE.glob("test_*_oracles.py")) for name in entries_named(path))
    assert ENTRIES - set(named) - set(NOT_REACHED) == set()
    assert set(named) & set(NOT_REACHED) == set()
    assert set(PARTLY) <= set(named)
    assert {name for name in EVOLUTION if named[name] > 1} == set()
