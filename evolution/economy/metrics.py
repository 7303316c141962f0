"""Metrics of an economy: the table of contents, and `measure`, which reads them off a simulation.

=================  ====================================================================================
`volatility`       price_volatility, return_volatility, realised_variance, max_drawdown, mispricing, ...
`resource_use`     utilisation, unmet_need, time_average, efficiency, price_of_anarchy, ...
`stability`        spectral_radius, return_rate, reactivity, lyapunov_exponent, basin_stability, ...
`shock_response`   recovery: peak deviation, re-entry, settling, loss triangle, permanent shift
`manipulation`     nash_conv, extractable_value, cost_of_attack, break_even_fee, identity_gain, ...
`performance`      discounted_return, external_regret, sharpe_ratio, liquidation_value, additive_value
`inequality`       gini, lorenz_curve, theil, atkinson, jain, envy, shapley_deviation
`concentration`    herfindahl, effective_number, nakamoto, entropy, normalised_entropy
`arms_race`        collusion_index, critical_discount, turnover, cycle_period
`distances`        sup_distance, time_average_distance, kolmogorov_distance; total_variation, slope_in_size
=================  ====================================================================================

Each is a pure function of arrays that says its unit and domain and refuses what lies outside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from ..agreement import slope_in_size, t_interval, total_variation
from ..runs import Runs
from .arms_race import Cycle, collusion_index, critical_discount, cycle_period, turnover
from .concentration import effective_number, entropy, herfindahl, nakamoto, normalised_entropy
from .distances import LawDistance, kolmogorov_distance, sup_distance, time_average_distance
from .inequality import atkinson, envy, gini, gini_of_law, jain, lorenz_curve, shapley_deviation, theil
from .ledger import Array, Ledger
from .manipulation import (
    Extraction,
    break_even_fee,
    coalition_gain,
    cost_of_attack,
    deviation_gains,
    extractable_value,
    identity_gain,
    nash_conv,
)
from .performance import (
    additive_value,
    discounted_return,
    external_regret,
    liquidation_value,
    mean_payoff,
    sharpe_ratio,
)
from .resource_use import (
    TimeAverage,
    efficiency,
    price_of_anarchy,
    price_of_stability,
    rent_dissipation,
    time_average,
    unmet_need,
    utilisation,
)
from .samples import whole
from .shock_response import Recovery, recovery
from .stability import (
    Proportion,
    basin_stability,
    lyapunov_exponent,
    lyapunov_exponent_of_flow,
    reactivity,
    return_rate,
    spectral_abscissa,
    spectral_radius,
)
from .volatility import (
    Drawdown,
    coefficient_of_variation,
    log_returns,
    max_drawdown,
    mispricing,
    price_volatility,
    realised_variance,
    return_volatility,
)

__all__ = [
    "Cycle",
    "Drawdown",
    "Extraction",
    "LawDistance",
    "Measure",
    "Proportion",
    "Recovery",
    "TimeAverage",
    "additive_value",
    "atkinson",
    "basin_stability",
    "break_even_fee",
    "coalition_gain",
    "coefficient_of_variation",
    "collusion_index",
    "cost_of_attack",
    "critical_discount",
    "cycle_period",
    "deviation_gains",
    "discounted_return",
    "effective_number",
    "efficiency",
    "entropy",
    "envy",
    "external_regret",
    "extractable_value",
    "gini",
    "gini_of_law",
    "herfindahl",
    "identity_gain",
    "jain",
    "kolmogorov_distance",
    "liquidation_value",
    "log_returns",
    "lorenz_curve",
    "lyapunov_exponent",
    "lyapunov_exponent_of_flow",
    "max_drawdown",
    "mean_payoff",
    "measure",
    "mispricing",
    "nakamoto",
    "nash_conv",
    "normalised_entropy",
    "price_of_anarchy",
    "price_of_stability",
    "price_volatility",
    "reactivity",
    "realised_variance",
    "recovery",
    "rent_dissipation",
    "return_rate",
    "return_volatility",
    "shapley_deviation",
    "sharpe_ratio",
    "slope_in_size",
    "spectral_abscissa",
    "spectral_radius",
    "sup_distance",
    "theil",
    "time_average",
    "time_average_distance",
    "total_variation",
    "turnover",
    "unmet_need",
    "utilisation",
]


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric of one population size.

    Parameters
    ----------
    name : str
    size : int
        Agents.
    value, low, high : float
        Mean over seeds and its 95 % t-interval; nan where the metric is not defined, infinite bounds for a single seed.
    unit : str
    note : str
        Why the metric is not defined; empty otherwise.
    """

    name: str
    size: int
    value: float
    low: float
    high: float
    unit: str
    note: str = ""

    def __str__(self) -> str:
        if self.note:
            return f"{self.name} (N = {self.size}): not defined, {self.note}"
        return (
            f"{self.name} (N = {self.size}): {self.value:.6g} ({self.low:.6g} to {self.high:.6g}) {self.unit}".rstrip()
        )


def measure(runs: Runs, *, burn_in: int | None = None) -> tuple[Measure, ...]:
    """The metrics that a simulation's records allow, per population size, with intervals over seeds.

    Parameters
    ----------
    runs : Runs
    burn_in : int, optional
        Records left out at the beginning; by default the first half.

    Returns
    -------
    tuple of Measure
        Time averages of every series; volatility, drawdown and realised variance of the price, where returns are
        from record to record (`runs.time` says how many rounds that is); inequality of wealth, where each token counts
        for its part of the reserve and balances include what agents were endowed with, in the last run's books.

    Raises
    ------
    TypeError, ValueError
        For a burn-in that leaves fewer than three records.

    Examples
    --------
    >>> from analytic.catalogue import holding
    >>> from evolution import simulate
    >>> found = measure(simulate(holding(), agents=100, seeds=4, rounds=200, rng=1))
    >>> [each.name for each in found][:4]
    ['mean share of hold', 'mean supply', 'mean price', 'price volatility']
    >>> print(found[4].name, found[4].unit)
    return volatility per record^(1/2)
    """
    records = len(runs.time)
    skipped = whole(records // 2 if burn_in is None else burn_in, "burn_in", 0)
    if records - skipped < 3:
        raise ValueError(f"a burn-in of {skipped} leaves fewer than 3 of {records} records: run longer")
    found: list[Measure] = []
    for k, size in enumerate(runs.sizes):
        for name, arrays in runs.series.items():
            row = arrays[k]
            unit = runs.units.get(name, "1")
            found.append(_over_seeds(f"mean {name}", size, unit, partial(mean_payoff, row, burn_in=skipped)))
        if "price" in runs.series:
            found += _of_price(runs.series["price"][k], size, runs.units.get("price", "currency/token"), skipped)
    if runs.ledger is not None:
        found += _of_books(runs.ledger, runs.sizes[-1])
    return tuple(found)


def _of_price(prices: Array, size: int, unit: str, skipped: int) -> list[Measure]:
    """How much the price moves, after the burn-in."""
    verbs: dict[str, tuple[str, Callable[[], Any]]] = {
        "price volatility": (unit, lambda: price_volatility(prices, burn_in=skipped)),
        "return volatility": ("per record^(1/2)", lambda: return_volatility(prices, burn_in=skipped)),
        "realised variance": ("1", lambda: realised_variance(prices, burn_in=skipped)),
        "coefficient of variation": ("1", lambda: coefficient_of_variation(prices, burn_in=skipped)),
        "maximal drawdown": ("1", lambda: max_drawdown(prices, burn_in=skipped).share),
    }
    return [_over_seeds(name, size, of, verb) for name, (of, verb) in verbs.items()]


def _of_books(books: Ledger, size: int) -> list[Measure]:
    """How unequal wealth is at the end of the last run: one value each, so without an interval."""

    def wealth() -> Array:
        """Balances, and each token's part of its reserve."""
        if len(books.S) > 1 and books.H.any():
            raise ValueError("tokens are held on several venues, whose holders the books do not tell apart")
        total = np.array(books.B, dtype=float)
        for j in range(books.H.shape[1] if len(books.S) == 1 else 0):
            total += additive_value(float(books.R[0, j]), float(books.S[0, j]), holdings=books.H[:, j])
        return total

    verbs: dict[str, Callable[[Any], Any]] = {
        "Gini of wealth": gini,
        "Theil of wealth": theil,
        "Jain of wealth": jain,
        "Herfindahl of wealth": herfindahl,
        "Nakamoto of wealth": nakamoto,
    }
    units = {"Theil of wealth": "nat", "Nakamoto of wealth": "agents"}
    return [_over_seeds(n, size, units.get(n, "1"), partial(_of_all, verb, wealth)) for n, verb in verbs.items()]


def _of_all(verb: Callable[[Any], Any], wealth: Callable[[], Array]) -> Any:
    """An index of the wealth of all."""
    return verb(wealth())


def _over_seeds(name: str, size: int, unit: str, verb: Callable[[], Any]) -> Measure:
    """Mean over seeds and its interval, or the reason why the metric is not defined here."""
    try:
        values = np.atleast_1d(np.asarray(verb(), dtype=float))
    except ValueError as reason:
        return Measure(name, size, np.nan, np.nan, np.nan, unit, str(reason))
    return Measure(name, size, *t_interval(values), unit)
