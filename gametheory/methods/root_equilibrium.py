"""From a proved root of a support's system to an `Equilibrium` with its certificate."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from gametheory.equilibrium import Equilibrium
from gametheory.methods.certified_roots import CertifiedRoot
from gametheory.methods.certify import exact_equilibrium, float_equilibrium
from gametheory.methods.quadratic import Quadratic
from gametheory.methods.support_systems import PayoffDifferences, padded


def equilibrium_at(differences: PayoffDifferences, root: CertifiedRoot) -> tuple[Equilibrium, int | None]:
    """The equilibrium at a root whose verdict is true, and its index if that is defined.

    Parameters
    ----------
    differences : PayoffDifferences
    root : CertifiedRoot

    Returns
    -------
    Equilibrium
        Exact with regret `Fraction(0)` for degrees 1 and 2; otherwise floats with a bound of their regret, and
        the statement how close the equilibrium is.
    int or None
        The index, 1 or -1, of a regular quasi-strict equilibrium.
    """
    game = differences.game
    index = root.index if root.strict else None
    if root.degree == 1 and root.exact is not None:
        rational = tuple(tuple(Fraction(p) for p in part) for part in root.exact)
        found = exact_equilibrium(game, padded(rational, root.support, game.shape))
    elif root.degree == 2 and root.exact is not None:
        found = _quadratic_equilibrium(differences, root)
    else:
        floats = padded([part.tolist() for part in root.floats], root.support, game.shape)
        shown = float_equilibrium(game, [np.array([float(p) for p in part]) for part in floats])
        found = replace(
            shown,
            certificate="An exact equilibrium with this support lies within 1e-15 of it (Krawczyk's test in ball"
            " arithmetic of 1024 bits); " + shown.certificate[0].lower() + shown.certificate[1:],
        )
    return (found if index is None else replace(found, details={**found.details, "index": index})), index


def _quadratic_equilibrium(differences: PayoffDifferences, root: CertifiedRoot) -> Equilibrium:
    """In SymPy's square roots; that it is an equilibrium was proved by exact substitution and exact signs."""
    game = differences.game
    symbolic = [[_symbolic(p) for p in part] for part in root.exact or ()]
    payoffs = tuple(_payoff(differences, root, k) for k in range(len(root.support)))
    return Equilibrium.of(
        padded(symbolic, root.support, game.shape),
        regret=Fraction(0),
        certificate="Indifference and best replies were checked exactly, in numbers u + v sqrt(d).",
        names=game.players,
        labels=game.strategies,
        details={"payoffs": payoffs, "welfare": sum(payoffs)},
    )


def _payoff(differences: PayoffDifferences, root: CertifiedRoot, player: int) -> Any:
    """What the player gets, by its first action in use (all pay the same)."""
    table: Any = np.moveaxis(differences.game.wholes[player], player, 0)[root.support[player][0]]
    others = [j for j in range(len(root.support)) if j != player]
    table = table[np.ix_(*(root.support[j] for j in others))]
    for j in reversed(others):
        table = table @ np.array((root.exact or ())[j], dtype=object)
    value = table.item() if isinstance(table, np.ndarray) else table
    return _symbolic(value * Fraction(1, differences.game.scales[player]))


def _symbolic(value: Any) -> Any:
    import sympy

    if isinstance(value, Quadratic):
        return value.symbolic
    return sympy.Rational(value.numerator, value.denominator)
