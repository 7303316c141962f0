"""The exact law of standing positions, against Gibbs's law and against the chain's own transition matrix."""

import numpy as np
import pytest
from scipy.special import gammaln

from analytic.catalogue import holding
from evolution.economy.chain import holders_law, law_of_gaps, payoff_gaps


@pytest.mark.parametrize("temperature", [0.05, 0.1, 1.0])
def test_the_law_is_gibbs(temperature):
    law, k = holders_law(holding().at(T=temperature)), np.arange(101)
    reserve = 0.01 * k**2 + 0.5 * k
    weight = gammaln(101) - gammaln(k + 1) - gammaln(101 - k) + (1.5 * k - reserve) / temperature
    gibbs = np.exp(weight - weight.max())
    assert law == pytest.approx(gibbs / gibbs.sum(), abs=1e-12)


def test_the_law_is_stationary_for_the_chain():
    design = holding().at(N=12, m=0.1)
    gaps, law = payoff_gaps(design), holders_law(design)
    hold = 1 / (1 + np.exp(-gaps / 0.1))  # with j others holding
    step = np.zeros((13, 13))
    for k in range(13):
        if k < 12:
            step[k, k + 1] = (12 - k) / 12 * hold[k]
        if k > 0:
            step[k, k - 1] = k / 12 * (1 - hold[k - 1])
        step[k, k] = 1 - step[k].sum()
    assert law @ step == pytest.approx(law, abs=1e-14)


def test_a_temperature_of_zero_is_refused():
    with pytest.raises(ValueError, match="temperature"):
        law_of_gaps(np.zeros(3), 0.0)
