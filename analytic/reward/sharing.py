r"""A pool that is shared by contributions.

Of a pool R, contribution :math:`x_i` gets :math:`R\,x_i / \sum_j x_j`; where nobody contributes nothing is paid.

References
----------
Moulin, H. (2003), Fair Division and Collective Welfare, chapter 2.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from ..allocation.quantities import amounts
from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["pro_rata", "pro_rata_pool"]


@declare(
    "reward",
    source="Definition; Moulin (2003), Fair Division and Collective Welfare, chapter 2",
    R=given("currency", "pool", 100),
    x=given("1", "own contribution", 2),
    Y=given("1", "the others' contributions", 6),
)
def pro_rata_pool(R: Expr, x: Expr, Y: Expr) -> Declared:
    """A fixed pool shared in proportion to contributions; nobody contributes, nobody is paid.

    One unit more is paid at the average rate less what it takes off everyone's rate. To give contributions under
    several names changes nothing.
    """
    z, s = sp.Symbol("z", positive=True), sp.Symbol("s", positive=True)

    def part(own: Expr, others: Expr) -> Expr:
        return sp.Piecewise((R * own / (own + others), own + others > 0), (0, True))

    pay = yield formula("pay", part(x, Y), "currency", "what is paid")
    rate = yield formula("rate", R / (x + Y), "currency", "what one unit of contribution is paid")
    slope = yield formula("marginal", R * Y / (x + Y) ** 2, "currency", "what one unit more would add")
    among = {"x": (1, 9), "Y": (1, 9)}
    yield claim("the pool is paid out", part(x, Y) + part(Y, x), R, "shares add up to one", **among)
    yield claim("one unit more", sp.Derivative(part(x, Y), x), slope, "the slope of the pay", **among)
    yield claim("it adds less than the average", rate - slope, pay / (x + Y), "own pay is diluted", **among)
    yield claim(
        "several names",
        part(z, Y + s) + part(s, Y + z),
        part(z + s, Y),
        "a contribution split over two identities is paid the same",
    )
    yield claim("a crowd leaves nothing", sp.Limit(R * x / (x + Y), Y, sp.oo), 0, "shares vanish", x=(1, 9))
    yield sketch("pay", over="x", low=0, high=40, Y=(2, 6, 20))


def pro_rata(pool: Any, contributions: Any, *, axis: int = -1) -> Any:
    """Share a pool in proportion to contributions.

    Parameters
    ----------
    pool : number or array_like
        Not negative; one for each batch.
    contributions : array_like
        Not negative. Exact when given as Fractions.
    axis : int
        The axis of the agents; the others are batches.

    Returns
    -------
    numpy.ndarray
        Sums to the pool, or to 0 where nobody contributes.

    Raises
    ------
    ValueError
        For a number outside its domain.

    Examples
    --------
    >>> pro_rata(100, [2, 3, 5]), pro_rata(100, [0, 0])
    (array([20., 30., 50.]), array([0., 0.]))
    """
    R, x = amounts(pool=pool, contributions=contributions)
    if x.ndim == 0:
        raise ValueError(f"contributions are an array with one number for each agent, got {contributions}")
    x = np.moveaxis(x, axis, -1)
    largest = np.max(x, axis=-1, keepdims=True, initial=0)
    x = x / np.where(largest > 0, largest, 1)  # so that totals beyond the largest float are none
    total = np.sum(x, axis=-1, keepdims=True)
    return np.moveaxis(R[..., None] * (x / np.where(total > 0, total, 1)), -1, axis)
