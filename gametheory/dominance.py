r"""Dominated actions, and what is left when they are removed again and again.

Among the actions left, sigma_k *strictly dominates* a when u_k(sigma_k, s) > u_k(a, s) for every profile s of the
others; *weakly* when >= for every s and > for one. sigma_k is pure, or a mixture (found by an exact linear program;
`gametheory.methods.dominators`). In each round all dominated actions of all players are removed at once.

* Strict: what survives does not depend on the order of removal, and no equilibrium, not even a correlated one, uses
  a removed action. For mixtures the survivors are the *rationalisable* actions: a is not strictly dominated exactly
  when it is a best reply to some belief over the others' profiles (Pearce 1984, lemma 3), the dual of the same linear
  program. With more than two players the belief may correlate them (Brandenburger and Dekel 1987); independent
  beliefs (Bernheim 1984) can leave less.
* Weak: what survives depends on the order. *Maximal simultaneous* removal, as here, is one order, and equilibria may
  be lost, though never all.
"""

from __future__ import annotations

from gametheory.elimination import Dominators, Elimination, Relation, Removal
from gametheory.methods.dominators import Search
from gametheory.normal_form import NormalForm


def iterated_dominance(
    game: NormalForm,
    *,
    relation: Relation = "strict",
    dominators: Dominators = "mixed",
    time_limit: float | None = None,
) -> Elimination:
    """Remove dominated actions, all of a round at once, until none is left.

    Parameters
    ----------
    game : NormalForm
        Of any number of players.
    relation : {"strict", "weak"}
        For "weak" the answer belongs to this order of removal, see the module.
    dominators : {"mixed", "pure"}
        "pure" needs no linear programs and is quick for a thousand actions.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    Elimination

    Raises
    ------
    ValueError
        If a word is unknown, or the linear programs could take long and no time limit was given.
    TimeoutError
        If the time ran out.

    References
    ----------
    D. Pearce, Rationalizable strategic behavior and the problem of perfection, Econometrica 52 (1984) 1029-1050. I.
    Gilboa, E. Kalai and E. Zemel, On the order of eliminating dominated strategies, Operations Research Letters 9
    (1990) 85-89.

    Examples
    --------
    >>> print(iterated_dominance(NormalForm([[3, 0], [0, 3], [1, 1]], [[0, 1], [0, 1], [2, 0]])))
    Iterated strict dominance by mixed strategies, 3 rounds:
     1. player 1: 2 by 1/2 0 + 1/2 1 (margin 1/2)
     2. player 2: 0 by 1 (margin 1)
     3. player 1: 0 by 1 (margin 3)
     left: player 1 {1}; player 2 {1}
    """
    for name, word, allowed in (
        ("relation", relation, ("strict", "weak")),
        ("dominators", dominators, ("mixed", "pure")),
    ):
        if word not in allowed:
            raise ValueError(f"{name} is {word!r}; it must be {allowed[0]!r} or {allowed[1]!r}.")
    search = Search(game, strict=relation == "strict", mixed=dominators == "mixed", time_limit=time_limit)
    left = [list(range(size)) for size in game.shape]
    rounds: list[tuple[Removal, ...]] = []
    while True:
        removals, beliefs = search.round(left)
        if not removals:
            break
        rounds.append(tuple(removals))
        for removal in removals:
            left[removal.player].remove(removal.action)
    return Elimination(
        game=game,
        relation=relation,
        dominators=dominators,
        rounds=tuple(rounds),
        survivors=tuple(tuple(actions) for actions in left),
        beliefs=tuple(beliefs),
    )


def rationalisable(game: NormalForm, *, time_limit: float | None = None) -> Elimination:
    """The rationalisable actions: each a best reply to a belief over the others' rationalisable actions.

    Parameters
    ----------
    game : NormalForm
        With more than two players, beliefs may be correlated.
    time_limit : float, optional
        Seconds.

    Returns
    -------
    Elimination
        `survivors` are the rationalisable actions, each with its belief in `beliefs`; what was removed is never a
        best reply, since the strategy in its `Removal` does better against every belief.

    Raises
    ------
    ValueError, TimeoutError
        As `iterated_dominance`.

    References
    ----------
    B. D. Bernheim, Rationalizable strategic behavior, Econometrica 52 (1984) 1007-1028. A. Brandenburger and E.
    Dekel, Rationalizability and correlated equilibria, Econometrica 55 (1987) 1391-1402.

    Examples
    --------
    >>> found = rationalisable(NormalForm.zero_sum([[1, -1], [-1, 1]]))
    >>> found.survivors, [b.profiles for b in found.beliefs]
    (((0, 1), (0, 1)), [((0,),), ((1,),), ((1,),), ((0,),)])
    """
    return iterated_dominance(game, relation="strict", dominators="mixed", time_limit=time_limit)
