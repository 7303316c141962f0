r"""The exact law of standing positions revised one at a time by logit choice.

With K of the others holding, a reviser holds with odds :math:`e^{(u_1(K) - u_2(K))/T}`, where u is what the
ledger pays at that supply. The number of holders is a birth-death chain, and detailed balance gives its
stationary law

.. math:: \frac{\pi(K+1)}{\pi(K)} = \frac{N - K}{K + 1}\, e^{(u_1(K) - u_2(K))/T} .

No potential is used; that the law is Gibbs's, exp of the potential over T, is a theorem the tests check.
"""

from __future__ import annotations

import numpy as np

from analytic.compiled import compile_numpy
from analytic.design import SUPPLY_OTHERS, Design
from analytic.payoff import positions, strategy_payoffs

from .ledger import Array


def payoff_gaps(design: Design) -> Array:
    """What the first strategy pays more than the second when 0, 1, ..., N - 1 others play the first, shape (N,)."""
    role = design.role()
    if len(role.strategies) != 2:
        raise ValueError(f"the chain needs two strategies, but role {role.name!r} has {len(role.strategies)}")
    payoffs = strategy_payoffs(design, role)
    first, second = (design.number(payoffs[s.name]) for s in role.strategies)
    here, there = (float(design.number(each)) for each in positions(role))
    others = np.arange(int(design.number(role.count)))
    return np.asarray(
        compile_numpy(first - second, [SUPPLY_OTHERS])(here * others + there * (others.size - 1 - others))
    )


def law_of_gaps(gaps: Array, temperature: float) -> Array:
    """The stationary law over 0 .. N of the chain with these payoff gaps.

    Examples
    --------
    >>> law_of_gaps(np.zeros(2), 1.0)
    array([0.25, 0.5 , 0.25])
    """
    if not temperature > 0:
        raise ValueError(f"the temperature must be > 0, not {temperature}: at 0 the chain is absorbed at best replies")
    others = np.arange(gaps.size)
    weight = np.concatenate([[0.0], np.cumsum(np.log((gaps.size - others) / (others + 1.0)) + gaps / temperature)])
    law = np.exp(weight - weight.max())
    return np.asarray(law / law.sum())


def holders_law(design: Design) -> Array:
    """The stationary law of the number that plays the first strategy, over 0 .. N.

    Examples
    --------
    >>> from analytic.catalogue import holding
    >>> law, k = holders_law(holding()), np.arange(101)
    >>> round(float(law @ k), 6), round(float(law @ (k - 50) ** 2), 6)
    (50.0, 4.172443)
    """
    return law_of_gaps(payoff_gaps(design), float(design.number(design.protocol.temperature)))
