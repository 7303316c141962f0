r"""Where a dynamic stands still: all its rest points, each with proof, eigenvalues, type and stability.

    found = rest_points(Replicator(A))
    print(found)                      # a table
    found.complete, found.reason      # whether these are all, and why
    found[0].exact, found[0].internal, found[0].transversal, found[0].type, found[0].stability

What is done depends on the protocol and on the payoffs:

===========================  ==================================================================================
imitation, matrix games      every face (pair of faces) by exact linear algebra; continua as polytopes
imitation, normal forms      every face of three and more roles by proved subdivision (`rest_many`)
imitation, other payoffs     every face, and the environment: exact real roots, or proved subdivision (`rest_fields`)
BNN, Smith, best response,   the Nash equilibria of `gametheory`, with theorems on stability (`rest_nash`)
projection
logit, mutation, mixtures    proved subdivision of the whole simplex (`rest_smooth`)
payoffs without formulas     random starts, which claims nothing (`rest_sampling`)
===========================  ==================================================================================

References
----------
.. [1] J. Hofbauer and K. Sigmund, *Evolutionary Games and Population Dynamics*, Cambridge 1998.
.. [2] W. H. Sandholm, *Population Games and Evolutionary Dynamics*, MIT Press, 2010.
"""

from __future__ import annotations

from evolution.dynamics import Dynamics, Replicator
from evolution.payoff import MultilinearField
from evolution.rest_fields import rest_of_field
from evolution.rest_imitation import rest_of_linear
from evolution.rest_line import rest_on_line
from evolution.rest_many import rest_of_many
from evolution.rest_nash import nash_of_field, rest_at_equilibria
from evolution.rest_numbers import exact_tables
from evolution.rest_sampling import rest_by_starts
from evolution.rest_smooth import rest_of_smooth
from evolution.rest_spectrum import DIGITS
from evolution.rest_symbols import symbolic
from evolution.rest_types import RestPoints

__all__ = ["rest_points"]


def rest_points(dynamics: Dynamics, *, budget: int = 200_000) -> RestPoints:
    """All rest points of a dynamic.

    Parameters
    ----------
    dynamics : Dynamics
        Of any kind, with any game, with an environment or without.
    budget : int
        Boxes to examine at most on one face, where subdivision is needed.

    Returns
    -------
    RestPoints
        `complete` and `reason` say whether these are all. Floats in matrices that show at most twelve digits are read
        as the decimals they show.

    Raises
    ------
    TypeError
        If it is no dynamic.
    ValueError
        If the game has too many faces, or the protocol is not defined at a rest point.

    References
    ----------
    .. [1] J. Hofbauer and K. Sigmund, *Evolutionary Games and Population Dynamics*, Cambridge 1998, chapters 7, 11.

    Examples
    --------
    >>> from evolution import Replicator
    >>> for point in rest_points(Replicator([[0, 6, -4], [-3, 0, 5], [-1, 3, 0]])).stable:
    ...     print(point)
    (1, 0, 0): stable node, asymptotically stable; the linearisation decides
    (1/3, 1/3, 1/3): stable focus, asymptotically stable; the linearisation decides
    """
    if not isinstance(dynamics, Dynamics):
        raise TypeError(f"{type(dynamics).__name__} is no dynamic; write for instance rest_points(Replicator(game))")
    import mpmath

    with mpmath.workdps(DIGITS + 20):  # whatever the caller's precision is
        return _found(dynamics, budget)


def _found(dynamics: Dynamics, budget: int) -> RestPoints:
    kind, linear = dynamics.protocol.stationary, isinstance(dynamics.game, MultilinearField)
    tables = exact_tables(dynamics.game)
    if kind == "nash" and (linear or tables is not None):
        return rest_at_equilibria(dynamics, tables)
    if kind == "restricted" and tables is not None:
        return rest_of_linear(dynamics, tables)
    if kind == "restricted" and linear:
        return rest_of_many(dynamics)
    formulas = symbolic(dynamics)
    if formulas is None:
        return rest_by_starts(dynamics, "The payoffs are functions without formulas")
    if kind == "perturbed":
        try:
            return rest_of_smooth(dynamics, formulas, budget=budget)
        except TypeError as error:
            return rest_by_starts(dynamics, f"No proof is possible ({error})")
    field = dynamics if kind == "restricted" else Replicator(dynamics.game)
    line = not dynamics.environment.names and [len(part) for part in formulas.shares] == [2]
    found = rest_on_line(field, formulas) if line else rest_of_field(field, formulas, budget=budget)
    return found if kind == "restricted" else nash_of_field(dynamics, found)
