"""The zoo: games of the literature with their known answers, each a function of its parameters.

`named_game("hawk dove", V=2, C=4)` finds one by its name, `named_games()` lists them all. What a `NamedGame` states
(equilibria, ESS, value, potential, and where the game is from) was derived by hand or is from the literature.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytic.opening import opening

if TYPE_CHECKING:
    from .claims import beauty_contest as beauty_contest
    from .claims import eleven_twenty as eleven_twenty
    from .claims import minimum_effort as minimum_effort
    from .claims import travellers_dilemma as travellers_dilemma
    from .crowds import braess_paradox as braess_paradox
    from .crowds import collective_risk as collective_risk
    from .crowds import el_farol as el_farol
    from .crowds import public_goods as public_goods
    from .crowds import volunteers_dilemma as volunteers_dilemma
    from .cycles import coordination as coordination
    from .cycles import dawkins_sexes as dawkins_sexes
    from .cycles import pennies_ring as pennies_ring
    from .cycles import rock_paper_scissors as rock_paper_scissors
    from .cycles import rock_paper_scissors_lizard_spock as rock_paper_scissors_lizard_spock
    from .cycles import shapley_cycle as shapley_cycle
    from .cycles import young_conventions as young_conventions
    from .cycles import zeeman as zeeman
    from .dilemmas import battle_of_the_sexes as battle_of_the_sexes
    from .dilemmas import chicken as chicken
    from .dilemmas import diamond_dybvig as diamond_dybvig
    from .dilemmas import hawk_dove as hawk_dove
    from .dilemmas import prisoners_dilemma as prisoners_dilemma
    from .dilemmas import stag_hunt as stag_hunt
    from .entry import NamedGame as NamedGame
    from .landmarks import indifference as indifference
    from .landmarks import kohlberg_mertens as kohlberg_mertens
    from .landmarks import mckelvey_mclennan as mckelvey_mclennan
    from .landmarks import savani_von_stengel as savani_von_stengel
    from .landmarks import von_stengel_75 as von_stengel_75
    from .landmarks import von_stengel_degenerate as von_stengel_degenerate
    from .lookup import named_game as named_game
    from .lookup import named_games as named_games
    from .rivals import asymmetric_matching_pennies as asymmetric_matching_pennies
    from .rivals import colonel_blotto as colonel_blotto
    from .rivals import hide_and_seek as hide_and_seek
    from .rivals import inspection_game as inspection_game
    from .rivals import kuhn_poker as kuhn_poker
    from .rivals import matching_pennies as matching_pennies
    from .rivals import morra as morra
    from .rivals import oneill as oneill
    from .sequences import centipede as centipede
    from .sequences import entry_deterrence as entry_deterrence
    from .sequences import selten_horse as selten_horse

_HOME = {
    "NamedGame": "entry",
    "asymmetric_matching_pennies": "rivals",
    "battle_of_the_sexes": "dilemmas",
    "beauty_contest": "claims",
    "braess_paradox": "crowds",
    "centipede": "sequences",
    "chicken": "dilemmas",
    "collective_risk": "crowds",
    "colonel_blotto": "rivals",
    "coordination": "cycles",
    "dawkins_sexes": "cycles",
    "diamond_dybvig": "dilemmas",
    "el_farol": "crowds",
    "eleven_twenty": "claims",
    "entry_deterrence": "sequences",
    "hawk_dove": "dilemmas",
    "hide_and_seek": "rivals",
    "indifference": "landmarks",
    "inspection_game": "rivals",
    "kohlberg_mertens": "landmarks",
    "kuhn_poker": "rivals",
    "matching_pennies": "rivals",
    "mckelvey_mclennan": "landmarks",
    "minimum_effort": "claims",
    "morra": "rivals",
    "named_game": "lookup",
    "named_games": "lookup",
    "oneill": "rivals",
    "pennies_ring": "cycles",
    "prisoners_dilemma": "dilemmas",
    "public_goods": "crowds",
    "rock_paper_scissors": "cycles",
    "rock_paper_scissors_lizard_spock": "cycles",
    "savani_von_stengel": "landmarks",
    "selten_horse": "sequences",
    "shapley_cycle": "cycles",
    "stag_hunt": "dilemmas",
    "travellers_dilemma": "claims",
    "volunteers_dilemma": "crowds",
    "von_stengel_75": "landmarks",
    "von_stengel_degenerate": "landmarks",
    "young_conventions": "cycles",
    "zeeman": "cycles",
}
__all__ = [
    "NamedGame",
    "asymmetric_matching_pennies",
    "battle_of_the_sexes",
    "beauty_contest",
    "braess_paradox",
    "centipede",
    "chicken",
    "collective_risk",
    "colonel_blotto",
    "coordination",
    "dawkins_sexes",
    "diamond_dybvig",
    "el_farol",
    "eleven_twenty",
    "entry_deterrence",
    "hawk_dove",
    "hide_and_seek",
    "indifference",
    "inspection_game",
    "kohlberg_mertens",
    "kuhn_poker",
    "matching_pennies",
    "mckelvey_mclennan",
    "minimum_effort",
    "morra",
    "named_game",
    "named_games",
    "oneill",
    "pennies_ring",
    "prisoners_dilemma",
    "public_goods",
    "rock_paper_scissors",
    "rock_paper_scissors_lizard_spock",
    "savani_von_stengel",
    "selten_horse",
    "shapley_cycle",
    "stag_hunt",
    "travellers_dilemma",
    "volunteers_dilemma",
    "von_stengel_75",
    "von_stengel_degenerate",
    "young_conventions",
    "zeeman",
]

__getattr__ = opening(__name__, _HOME)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
