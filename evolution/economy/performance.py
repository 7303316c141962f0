r"""How well an agent does: returns, regret, Sharpe ratio, and what its tokens are worth.

    discounted return    sum_t delta^t u_t
    mean payoff          mean of u_t after a burn-in
    external regret      max_a sum_t u_t(a) - sum_t u_t
    Sharpe ratio         mean of excess returns over their standard deviation (ddof = 1), annualised
    liquidation value    B + R(S) - R(S - H): what one agent has after selling everything, before fees
    additive value       B + H R(S)/S: adds up to balances plus reserve, for inequality and welfare

Tokens are never worth price times holdings: all holders of P = m S together would have twice the reserve. Liquidation
values do not add up either (100 equal holders of P = m S have 1.99 reserves), since each is the first to sell.

References
----------
Sharpe, W. F. (1994). The Sharpe ratio. J. Portfolio Management 21, 49-58.
Cesa-Bianchi, N., Lugosi, G. (2006). Prediction, learning, and games (external regret).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from analytic.curve import BondingCurve

from .samples import number, numbers, plain, standard, window


def discounted_return(payoffs: Any, *, discount: float, axis: int = -1) -> Any:
    """The payoffs' present value at the first record.

    Parameters
    ----------
    payoffs : array_like
        Per period [currency].
    discount : float
        Per period, in [0, 1]; 0 counts the first payoff only, 1 their plain sum.
    axis : int
        Time.

    Returns
    -------
    float or array
        [currency].

    Raises
    ------
    TypeError, ValueError
        For a discount outside [0, 1], or payoffs missing or infinite.

    Examples
    --------
    >>> discounted_return([1, 1, 1], discount=0.5)
    1.75
    """
    u, delta = numbers(payoffs, "payoffs", axis=axis), number(discount, "discount", 0, 1)
    return plain(np.sum(u * delta ** np.arange(u.shape[-1]), axis=-1))


def mean_payoff(payoffs: Any, *, burn_in: int = 0, axis: int = -1) -> Any:
    """The mean payoff per period; `time_average` adds an interval.

    Parameters
    ----------
    payoffs : array_like
        Per period [currency].
    burn_in : int
        Records left out at the beginning.
    axis : int
        Time.

    Returns
    -------
    float or array
        [currency] per period.

    Raises
    ------
    TypeError, ValueError
        For no payoffs after the burn-in, or missing or infinite ones.

    Examples
    --------
    >>> mean_payoff([100, 1, 3], burn_in=1)
    2.0
    """
    return plain(np.mean(window(payoffs, "payoffs", axis=axis, burn_in=burn_in, least=1), axis=-1))


def external_regret(alternatives: Any, payoffs: Any) -> float:
    """How much better the best single action would have done in hindsight, over the whole run.

    Parameters
    ----------
    alternatives : array_like (T, actions)
        What each action would have paid in each period, others as they were [currency].
    payoffs : array_like (T,)
        What was paid [currency].

    Returns
    -------
    float
        [currency]; divide by T for the regret per period, which no-regret learners bring to 0. Negative where changing
        actions did better than any single one.

    Raises
    ------
    TypeError, ValueError
        For shapes that do not fit, or payoffs missing or infinite.

    Examples
    --------
    >>> external_regret([[1, 0], [1, 0], [0, 3]], [1, 1, 0])
    1.0
    """
    each, paid = numbers(alternatives, "alternatives"), numbers(payoffs, "payoffs")
    if each.ndim != 2 or paid.shape != each.shape[:1]:
        raise ValueError(f"alternatives must be (T, actions) and payoffs (T,), not {each.shape} and {paid.shape}")
    return float(np.max(np.sum(each, axis=0)) - np.sum(paid))


def sharpe_ratio(returns: Any, *, risk_free: float = 0.0, periods_per_year: float = 1.0, axis: int = -1) -> Any:
    """Mean excess return over its standard deviation, annualised by the square root of the periods in a year.

    Parameters
    ----------
    returns : array_like
        Per period, at least 2 and not all equal.
    risk_free : float
        Per period.
    periods_per_year : float
        > 0; 1 leaves the ratio per period.
    axis : int
        Time.

    Returns
    -------
    float or array

    Raises
    ------
    TypeError, ValueError
        For fewer than two returns, missing or infinite ones, or returns without risk.

    Examples
    --------
    >>> sharpe_ratio([1, 2, 3])
    2.0
    """
    r = numbers(returns, "returns", axis=axis, least=2)
    periods = number(periods_per_year, "periods_per_year", 0, open_low=True)
    if np.any(np.max(r, axis=-1) == np.min(r, axis=-1)):
        raise ValueError("returns are all equal: a Sharpe ratio without risk is undefined")
    return plain((np.mean(r, axis=-1) - number(risk_free, "risk_free")) / standard(r) * periods**0.5)


def liquidation_value(curve: BondingCurve, supply: float, *, holding: Any, balance: Any = 0.0) -> Any:
    """What one agent has once it has sold all its tokens, the others holding theirs; before fees.

    Parameters
    ----------
    curve : BondingCurve
        With numbers bound.
    supply : float
        >= 0 [token].
    holding : float or array_like
        0 .. supply [token]; each value is one agent that sells first, so an array's values do not add up.
    balance : float or array_like
        [currency].

    Returns
    -------
    float or array
        B + R(S) - R(S - H) [currency]; after fees it is balance + `curve.burn(supply, holding)`.

    Raises
    ------
    TypeError, ValueError
        For a holding outside 0 .. supply, or a supply that the curve does not reach.

    Examples
    --------
    >>> liquidation_value(BondingCurve.linear(m=2, b=0), 10, holding=[10, 1]).tolist()
    [100.0, 19.0]
    """
    S = number(supply, "supply", 0)
    H, B = _held(holding, S), _each(balance, "balance")
    return plain(B + np.asarray(curve.increment(np.maximum(S - H, 0.0), H)))


def additive_value(reserve: float, supply: float, *, holdings: Any, balances: Any = 0.0) -> Any:
    """Wealth that adds up: each token counts for its part of the reserve.

    Parameters
    ----------
    reserve : float
        >= 0, R(S) [currency]: `curve.reserve(supply)`, or what the ledger says.
    supply : float
        >= 0 [token].
    holdings : float or array_like
        0 .. supply [token], of as many agents.
    balances : float or array_like
        [currency].

    Returns
    -------
    float or array
        B + H R(S)/S [currency]; over all holders it sums to balances plus reserve.

    Raises
    ------
    TypeError, ValueError
        For numbers outside these ranges.

    Examples
    --------
    >>> additive_value(BondingCurve.linear(m=2, b=0).reserve(10), 10, holdings=[4, 6]).tolist()
    [40.0, 60.0]
    """
    R, S = number(reserve, "reserve", 0), number(supply, "supply", 0)
    H, B = _held(holdings, S), _each(balances, "balances")
    return plain(B + (H / S * R if S > 0 else 0.0 * H))


def _each(values: Any, name: str) -> Any:
    """A number or an array of them, checked."""
    return np.asarray(number(values, name)) if np.ndim(values) == 0 else numbers(values, name)


def _held(holding: Any, supply: float) -> Any:
    """Holdings within the supply."""
    H = _each(holding, "holding")
    least, most = float(np.min(H)), float(np.max(H))
    if least < 0 or most > supply:
        raise ValueError(f"a holding must be within 0 .. the supply {supply:g}, not {least if least < 0 else most:g}")
    return H
