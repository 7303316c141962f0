r"""Where a dynamic stands still: all its rest points, each with proof, eigenvalues, type and stability.

    found = rest_points(Replicator(A))
    print(found)                      # a table
    found.complete, found.reason      # whether these are all, and why
    found[0].exact, found[0].internal, found[0].transversal, found[0].type, found[0].stability

What is done depends on the protocol and on the payoffs:

===========================  ==================================================================================
imitation, matrix games      every face (pair of faces) by exact linear algebra; continua as polytopes
===========================  ==================================================================================

References
----------
.. [1] J. Hofbauer and K. Sigmund, *Evolutionary Games and Population Dynamics*, Cambridge 1998.
.. [2] W. H. Sandholm, *Population Games and Evolutionary Dynamics*, MIT Press, 2010.
"""

from __future__ import annotations

from evolution.dynamics import Dynamics
from evolution.rest_fields import rest_of_field
from evolution.rest_imitation import rest_of_linear
from evolution.rest_line import rest_on_line
from evolution.rest_nash import rest_at_equilibria
from evolution.rest_numbers import exact_tables
from evolution.rest_smooth import rest_of_smooth
from evolution.rest_symbols import symbolic
from evolution.rest_types import RestPoints

__all__ = ["rest_points"]


def rest_points(dynamics: Dynamics, *, budget: int = 200_000) -> RestPoints:
    """All rest points of a dynamic.

    Parameters
    ----------
    dynamics : Dynamics

    Returns
    -------
    RestPoints

    Raises
    ------
    ValueError
        If the game is too large.

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
    tables = exact_tables(dynamics.game)
    if dynamics.protocol.stationary == "nash":
        return rest_at_equilibria(dynamics, tables)
    if dynamics.protocol.stationary == "restricted" and tables is not None:
        return rest_of_linear(dynamics, tables)
    formulas = symbolic(dynamics)
    if dynamics.protocol.stationary == "restricted" and formulas is not None:
        if not dynamics.environment.names and [len(part) for part in formulas.shares] == [2]:
            return rest_on_line(dynamics, formulas)
        return rest_of_field(dynamics, formulas, budget=budget)
    if dynamics.protocol.stationary == "perturbed" and formulas is not None:
        return rest_of_smooth(dynamics, formulas, budget=budget)
    raise TypeError
