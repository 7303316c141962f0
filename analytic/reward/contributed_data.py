r"""A data market that pays a budget by share of the samples contributed.

Participant i contributes :math:`s_i` samples at cost c each, S in all; everybody bears the error
:math:`\theta\,\sigma^2 / S` and a budget r is shared: :math:`r\,s_i / S - \theta \sigma^2 / S - c\,s_i`. In all

.. math::

    S_{NE} = \frac{\rho + \sqrt{\rho^2 + 4 c\,\theta \sigma^2}}{2 c},\ \rho = r\,\frac{n - 1}{n}, \qquad
    S_{opt} = \sigma \sqrt{n \theta / c}, \qquad S_{ESS} = r / c.

Without a budget :math:`S_{NE} = \sigma \sqrt{\theta / c}` whatever n (and only the total is determined). The budget
:math:`r^* = c\,S_{opt}` makes Nash efficient, and the ESS too.

References
----------
Tullock (1980). Morgan, J. (2000), "Financing public goods by means of lotteries", Rev. Econ. Stud. 67.
Schaffer, M. E. (1988), J. Theor. Biol. 132.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["data_market"]


@declare(
    "reward",
    source="Derived; Morgan (2000), Financing public goods by means of lotteries, Rev. Econ. Stud. 67; Schaffer (1988)",
    r=given("currency", "budget, shared by samples", 7.3485, "[0, inf)"),
    theta=given("currency", "cost of the error", 4, "(0, inf)", latex=r"\theta"),
    sigma=given("1", "standard deviation of one sample", 3, "(0, inf)", latex=r"\sigma"),
    c=given("currency", "cost of one sample", 0.25, "(0, inf)"),
    n=given("1", "participants", 6, "integer [2, inf)"),
)
def data_market(r: Expr, theta: Expr, sigma: Expr, c: Expr, n: Expr) -> Declared:
    """Samples contributed to a common estimate, with a budget shared in proportion.

    Alone each weighs only its own error, so too little is contributed. The budget turns contributions into a contest
    that adds what the common good lacks; too large a budget overshoots.
    """
    y, z = sp.Symbol("y", positive=True), sp.Symbol("z", positive=True)
    error = theta * sigma**2
    own = r * y / (y + z) - error / (y + z) - c * y
    push = r * (n - 1) / n
    free = yield formula("total_without_budget", sigma * sp.sqrt(theta / c), "1", "samples at Nash without a budget")
    nash = yield formula("total", (push + sp.sqrt(push**2 + 4 * c * error)) / (2 * c), "1", "samples at Nash")
    best = yield formula("optimum", sigma * sp.sqrt(n * theta / c), "1", "samples that are best for all")
    budget = yield formula(
        "best_budget", sigma * sp.sqrt(n * theta * c), "currency", "budget that makes Nash efficient"
    )
    copied = yield formula("ess", r / c, "1", "samples where the best are copied")
    yield formula("payoff", (r - c * nash) / n - error / nash, "currency", "a participant's payoff at Nash")
    yield formula("welfare", -n * error / nash - c * nash, "currency", "welfare of all at Nash")
    head = (nash / n, nash * (n - 1) / n)
    yield claim("Nash", sp.Subs(sp.Derivative(own, y), (y, z), head), 0, "no gain from a little more")
    yield claim("without a budget", sp.Subs(nash, r, 0), free, "whatever the number of participants")
    yield claim("best for all", sp.Subs(sp.Derivative(-n * error / y - c * y, y), y, best), 0, "all errors count")
    yield claim("the budget makes Nash efficient", sp.Subs(nash, r, budget), best, "totals coincide")
    yield claim("it is the cost of the optimum", sp.Subs(c * y, y, best), budget, "the budget pays for all samples")
    yield claim(
        "where the best are copied",
        sp.Subs(
            sp.Derivative(r * (y - z) / (y + (n - 1) * z) - c * (y - z), y), (y, z), (copied / n, copied / n)
        ),
        0,
        "the common error cancels from the lead over the others",
    )  # fmt: skip
    yield claim("copied at the best budget", sp.Subs(copied, r, budget), best, "the ESS is efficient there too")
    yield claim("waste", sp.Derivative(-n * error / y - c * y, (y, 2)), -2 * n * error / y**3, "welfare is concave")
    yield sketch("total", over="r", low=0, high=15, n=(2, 6, 20))
    yield sketch("welfare", over="r", low=0, high=20, n=(2, 6))
