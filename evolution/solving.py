"""What `tokengames solve` reads and prints: a game of a file or of matrices; its equilibria as text, JSON or LaTeX."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gametheory.equilibrium import Equilibrium, EquilibriumSet
from gametheory.matrix_text import game_of_matrices
from gametheory.nfg import read_nfg
from gametheory.normal_form import NormalForm
from gametheory.tables import CELLS, booktabs, equilibrium_table

JUDGED = 100  # equilibria whose index is computed for the table


def game_from(sources: Sequence[str], *, symmetric: bool = False, zero_sum: bool = False) -> NormalForm:
    """The game of one .nfg file, or of matrices.

    Parameters
    ----------
    sources : sequence of str
        A path, or matrices as for `gametheory.matrix_text`; what starts with a bracket is a matrix.
    symmetric, zero_sum : bool
        What one matrix means.

    Returns
    -------
    NormalForm

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is no game; the error says where and what to do.

    Examples
    --------
    >>> game_from(["[[1, -1], [-1, 1]]"], zero_sum=True)
    NormalForm of 2 players, 2 x 2
    """
    files = [each for each in sources if not each.lstrip().startswith("[")]
    if not files:
        return game_of_matrices(sources, symmetric=symmetric, zero_sum=zero_sum)
    first = files[0][:60]
    if not Path(files[0]).exists() or Path(files[0]).is_dir():
        raise ValueError(f"{first!r} is no file; give a .nfg file, or matrices such as '[[3, 0], [5, 1]]' in quotes.")
    if len(sources) > 1:
        raise ValueError(f"{first!r} is a file and stands beside another game; give one file, or matrices only.")
    if symmetric or zero_sum:
        raise ValueError(
            f"symmetric and zero-sum are readings of one matrix; {first!r} tells all payoffs: leave it out."
        )
    return read_nfg(files[0])


def found_text(game: NormalForm, found: EquilibriumSet) -> str:
    """The claim, the strategies' names, and the table of equilibria.

    Examples
    --------
    >>> from gametheory import solve
    >>> game = NormalForm([[3, 0], [5, 1]], [[3, 5], [0, 1]], strategies=[["C", "D"]] * 2)
    >>> print(found_text(game, solve(game)))
    1 answer (nash, vertex enumeration) for NormalForm of 2 players, 2 x 2.
    Complete: Both best-reply polyhedra (2 and 2 vertices) were enumerated and matched exactly.
    player 1 chooses among C, D
    player 2 chooses among C, D
    <BLANKLINE>
    # | player 1 | player 2 | payoffs | regret | index
    0 | (0, 1)   | (0, 1)   | (1, 1)  | 0      | +1
    """
    count = f"{len(found)} answer{'' if len(found) == 1 else 's'}"
    lines = [f"{count} ({found.concept}, {found.method}) for {found.game}.", _claim(found)]
    lines += [
        f"{player} chooses among {', '.join(row)}" for player, row in zip(game.players, game.strategies, strict=True)
    ]
    if found:
        lines += ["", equilibrium_table(found, game=_judge(game, found))]
    return "\n".join(lines)


def found_latex(game: NormalForm, found: EquilibriumSet) -> str:
    """Payoffs and equilibria as two `tabular`s for booktabs and amsmath, the claim as a comment."""
    large = game.wholes[0].size > CELLS
    payoffs = f"% the payoffs of {found.game} fit no page" if large else booktabs(game)
    table = equilibrium_table(found, style="latex", game=_judge(game, found))
    return "\n".join(["% needs the packages booktabs and amsmath", payoffs, "", f"% {_claim(found)}", table])


def found_json(game: NormalForm, found: EquilibriumSet) -> str:
    """Everything as JSON: profiles in floats and, as strings, exactly; numbers that are not finite as strings.

    Examples
    --------
    >>> from gametheory import solve
    >>> game = NormalForm.symmetric([[2, 0], [0, 1]])
    >>> said = json.loads(found_json(game, solve(game)))
    >>> said["complete"], said["equilibria"][1]["exact"][0], said["equilibria"][1]["regret"]
    (True, ['1/3', '2/3'], 0.0)
    """
    told = found.to_dict()
    told["game"] = {"players": game.players, "strategies": game.strategies, "shape": game.shape}
    told["equilibria"] = [_equilibrium(e) for e in found]
    return json.dumps(_finite(told), indent=1, ensure_ascii=False, allow_nan=False)


def _equilibrium(e: Equilibrium) -> dict[str, object]:
    """Names and labels stand once, with the game; the regret has one type whatever was proved."""
    told = {name: value for name, value in e.to_dict().items() if name not in ("names", "labels")}
    exact = None if isinstance(e.regret, float) else str(e.regret)
    return told | {"regret": float(e.regret), "regret_exact": exact}


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _claim(found: EquilibriumSet) -> str:
    return f"{'Complete' if found.complete else 'Not complete'}: {' '.join(found.reason.split())}"


def _judge(game: NormalForm, found: EquilibriumSet) -> NormalForm | None:
    """The game, if the index of these answers is worth its time and has a meaning."""
    whole = all(e.regret == 0 and len(e.profile) == len(game.players) for e in found)
    return game if whole and len(found) <= JUDGED else None
