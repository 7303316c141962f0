"""What was simulated: series by size, seed and time, histograms of visited states, and the books at the end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analytic.design import Design

from .economy.ledger import Array, Ledger

if TYPE_CHECKING:
    import xarray as xr

Progress = Callable[[int, int], None]  #: told (runs done, runs in all)


@dataclass(frozen=True)
class Runs:
    """What was simulated.

    Parameters
    ----------
    design : Design
        The design simulated (at its reference size), protocol in force first.
    sizes : tuple of int
        Numbers of agents.
    time : array (T,)
        Rounds.
    series : mapping from name to tuple of arrays (seeds, T)
        One array a size. The first name is the state: "effort" per head, or the share of the first strategy.
    counts : tuple of arrays (seeds, N + 1)
        For two standing strategies: how often each number of holders was seen; else empty.
    resolution : tuple of float
        The smallest difference in the state that each size can show: one agent, or one mutation step.
    refused : tuple of int
        Programmes refused because they could not be paid.
    ledger : Ledger or None
        The books of the last run at its end.
    """

    design: Design
    sizes: tuple[int, ...]
    time: Array
    series: Mapping[str, tuple[Array, ...]]
    counts: tuple[NDArray[np.int64], ...] = ()
    resolution: tuple[float, ...] = ()
    refused: tuple[int, ...] = ()
    ledger: Ledger | None = None
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """The name of the series that theory speaks of."""
        return next(iter(self.series))

    @property
    def seeds(self) -> int:
        """How many independent runs there are of each size."""
        return int(self.series[self.state][0].shape[0])

    def final(self, size: int, *, share: float = 0.5) -> Array:
        """Per seed, the state's time average over the last `share` of a run of the given size."""
        values = self.series[self.state][self.sizes.index(size)]
        return np.asarray(values[:, int(values.shape[1] * (1 - share)) :].mean(axis=1))

    def to_dataset(self) -> xr.Dataset:
        """All series as one labelled data set, dimensions (size, seed, time)."""
        import xarray as xr

        variables = {
            name.replace(" ", "_"): (
                ("size", "seed", "time"),
                np.stack(arrays),
                {"unit": self.units.get(name, "")},
            )
            for name, arrays in self.series.items()
        }
        return xr.Dataset(
            variables,
            coords={"size": list(self.sizes), "seed": np.arange(self.seeds), "time": self.time},
            attrs={"design": self.design.name, "protocol": self.design.protocol.name},
        )
