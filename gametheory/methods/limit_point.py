"""From a profile in floats near an equilibrium to the equilibrium, certified."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gametheory.equilibrium import Equilibrium
from gametheory.methods.certified_roots import certified_root
from gametheory.methods.certify import float_equilibrium
from gametheory.methods.root_equilibrium import equilibrium_at
from gametheory.methods.support_systems import PayoffDifferences
from gametheory.normal_form import NormalForm


def certified_near(
    game: NormalForm,
    profile: Sequence[NDArray[np.float64]],
    *,
    thresholds: Sequence[float],
    accept_floats: bool = False,
) -> Equilibrium | None:
    """The equilibrium near a profile whose support is the actions above one of the thresholds.

    Parameters
    ----------
    game : NormalForm
    profile : one float array a player
    thresholds : sequence of float
        Tried in turn.
    accept_floats : bool
        Otherwise take the profile itself, with a bound of its regret.

    Returns
    -------
    Equilibrium or None

    Examples
    --------
    >>> pennies = NormalForm.zero_sum([[1, -1], [-1, 1]])
    >>> print(certified_near(pennies, [np.array([0.501, 0.499])] * 2, thresholds=[0.01]))
    (1/2, 1/2) (1/2, 1/2)
    """
    differences = PayoffDifferences(game)
    for threshold in thresholds:
        support = tuple(tuple(np.flatnonzero(part > threshold * part.max()).tolist()) for part in profile)
        point = [part[list(used)] / part[list(used)].sum() for part, used in zip(profile, support, strict=True)]
        root = certified_root(differences, support, point)
        if root is not None and root.verdict:
            return equilibrium_at(differences, root)[0]
    return float_equilibrium(game, profile) if accept_floats else None
