"""Nine figures that people of this field know, one call each; every number in them is computed when they are drawn.

Each function returns the Axes it drew on, a tuple where there are several; `notebooks/gallery.ipynb` calls them all.
They are made of `simplex`, `plane`, `tetrahedron`, `gradient_map`, `invasion_graph` and `stationary`, which take games
of one's own.

References
----------
.. [1] J. Hofbauer and K. Sigmund, *Evolutionary Games and Population Dynamics*, Cambridge, 1998.
.. [2] W. H. Sandholm, *Population Games and Evolutionary Dynamics*, MIT Press, 2010.
.. [3] C. Hauert, S. De Monte, J. Hofbauer and K. Sigmund, *Science* 296 (2002) 1129.
.. [4] J. S. Weitz, C. Eksin, K. Paarporn, S. P. Brown and W. C. Ratcliff, *PNAS* 113 (2016) E7518.
.. [5] F. C. Santos and J. M. Pacheco, *PNAS* 108 (2011) 10421.
.. [6] L. A. Imhof, D. Fudenberg and M. A. Nowak, *PNAS* 102 (2005) 10797.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from analytic.plot import PAGE, PaperFigure, paper
from evolution.dynamics import Dynamics, Logit, Replicator
from evolution.named_dynamics import BestResponse, BrownVonNeumannNash, Projection, Smith
from evolution.plot.planes import plane
from evolution.plot.populations import gradient_map, invasion_graph, stationary
from evolution.plot.solid import tetrahedron
from evolution.plot.triangle import simplex
from evolution.rest import rest_points
from evolution.trajectory import integrate
from gametheory.normal_form import NormalForm
from gametheory.population import Population
from gametheory.symmetric_payoff import SymmetricPayoff

__all__ = [
    "gradient_against_risk",
    "invasions",
    "optional_public_goods",
    "oscillation_of_a_commons",
    "portraits_2x2",
    "rps_triptych",
    "six_dynamics",
    "stationary_density",
    "twin_tetrahedra",
]

RPS = ("rock", "paper", "scissors")


def _panels(count: int, *, width: float, height: float, columns: int, **subplot: Any) -> list[Axes]:
    """That many Axes in one figure of the paper's style."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    with paper():
        figure = PaperFigure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        rows = -(-count // columns)
        return [figure.add_subplot(rows, columns, k + 1, **subplot) for k in range(count)]


def _titled(axes: Sequence[Axes], titles: Sequence[str]) -> None:
    for letter, ax, title in zip("abcdef", axes, titles, strict=False):
        with paper():
            ax.set_title(f"({letter}) {title}", fontsize=9, pad=22 if hasattr(ax, "set_tlabel") else 6)


def _plain_legend(axes: Sequence[Axes]) -> None:
    """One legend for all panels, under them."""
    entries: dict[str, Any] = {}
    for ax in axes:
        legend = ax.get_legend()
        if legend is not None:
            for handle, text in zip(legend.legend_handles, legend.get_texts(), strict=True):
                entries.setdefault(text.get_text(), handle)
            legend.remove()
    if entries:
        with paper():
            axes[0].figure.legend(list(entries.values()), list(entries), loc="outside lower center", ncols=5)


def rps_triptych(win: float = 1, losses: Sequence[float] = (0.5, 1, 2)) -> tuple[Axes, ...]:
    """Rock-paper-scissors with losses smaller than, equal to and greater than the gain: focus, centre, cycle.

    Parameters
    ----------
    win : float
    losses : three numbers

    Returns
    -------
    tuple of Axes
    """
    axes = _panels(len(losses), width=PAGE, height=2.7, columns=3, projection="ternary")
    for ax, loss in zip(axes, losses, strict=True):
        rule = Replicator([[0, -loss, win], [win, 0, -loss], [-loss, win, 0]])
        flow = integrate(rule, x0=[0.5, 0.3, 0.2], t=25)
        simplex([flow], rule, rest_points(rule), labels=RPS, streams=True, ax=ax)
    _titled(axes, [f"loss {loss:g}, win {win:g}" for loss in losses])
    _plain_legend(axes)
    return tuple(axes)


def six_dynamics(
    game: ArrayLike = ((0, -1, 2), (2, 0, -1), (-1, 2, 0)), *, temperature: float = 0.2
) -> tuple[Axes, ...]:
    """One game under six dynamics: replicator, logit, BNN, Smith, best response, projection.

    Parameters
    ----------
    game : 3x3 matrix
    temperature : float
        Of logit choice.

    Returns
    -------
    tuple of Axes
    """
    A = np.asarray(game).tolist()
    rules: list[tuple[str, Dynamics]] = [
        ("replicator", Replicator(A)),
        (f"logit, T = {temperature:g}", Logit(A, temperature=temperature)),
        ("BNN", BrownVonNeumannNash(A)),
        ("Smith", Smith(A)),
        ("best response", BestResponse(A)),
        ("projection", Projection(A)),
    ]
    axes = _panels(6, width=PAGE, height=4.9, columns=3, projection="ternary")
    for ax, (_, rule) in zip(axes, rules, strict=True):
        simplex((), rule, rest_points(rule), labels=("1", "2", "3"), streams=True, ax=ax)
    _titled(axes, [name for name, _ in rules])
    _plain_legend(axes)
    return tuple(axes)


def twin_tetrahedra() -> tuple[Axes, ...]:
    """Four strategies: a hypercycle, which keeps all of them, and pure coordination, which keeps one.

    Returns
    -------
    tuple of Axes

    Examples
    --------
    >>> [ax.get_title() for ax in twin_tetrahedra()]
    ['(a) hypercycle', '(b) coordination']
    """
    hypercycle = np.roll(np.eye(4, dtype=int), -1, axis=1).T
    axes = _panels(2, width=PAGE, height=3.8, columns=2, projection="3d")
    starts = [[0.7, 0.1, 0.1, 0.1], [0.1, 0.2, 0.3, 0.4], [0.4, 0.3, 0.2, 0.1], [0.26, 0.27, 0.24, 0.23]]
    for ax, game, t in zip(axes, (hypercycle, np.eye(4, dtype=int)), (120, 60), strict=True):
        rule = Replicator(game.tolist())
        tetrahedron(rule, [integrate(rule, x0=x0, t=t) for x0 in starts], rest_points(rule), ax=ax)
    _titled(axes, ["hypercycle", "coordination"])
    _plain_legend(axes)
    return tuple(axes)


def portraits_2x2() -> tuple[Axes, ...]:
    """Two populations, two strategies each: dominance, coordination, anti-coordination, cycles.

    Returns
    -------
    tuple of Axes
    """
    games = {
        "prisoner's dilemma": NormalForm([[3, 0], [5, 1]], [[3, 5], [0, 1]]),
        "battle of the sexes": NormalForm([[3, 0], [0, 2]], [[2, 0], [0, 3]]),
        "chicken": NormalForm([[0, 3], [1, 2]], [[0, 1], [3, 2]]),
        "matching pennies": NormalForm.zero_sum([[1, -1], [-1, 1]]),
    }
    axes = _panels(4, width=0.8 * PAGE, height=0.78 * PAGE, columns=2)
    for ax, game in zip(axes, games.values(), strict=True):
        rule = Replicator(game)
        flows = [integrate(rule, x0=start, t=12) for start in (([0.4, 0.6], [0.7, 0.3]), ([0.85, 0.15], [0.2, 0.8]))]
        plane(rule, flows, rest_points(rule), ax=ax)
    _titled(axes, list(games))
    _plain_legend(axes)
    return tuple(axes)


def optional_public_goods(players: int = 5, multiplier: float = 3, loner: float = 1, *, ax: Axes | None = None) -> Axes:
    """Cooperators, defectors and loners in groups drawn at random: closed orbits round a centre.

    Parameters
    ----------
    players : int
        Size N of a sampled group.
    multiplier : float
        r, between 2 and N for the centre; a contribution costs 1.
    loner : float
        Income sigma of who stays out, between 0 and r - 1.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    r, sigma = Fraction(str(multiplier)), Fraction(str(loner))

    def payoff(action: int, others: tuple[int, ...]) -> Fraction:
        _, cooperators, defectors = others
        taking_part = cooperators + defectors + 1
        if action == 0 or taking_part == 1:
            return sigma
        return r * (cooperators + (action == 1)) / taking_part - (action == 1)

    game = Population.from_groups(SymmetricPayoff(players, 3, payoff), strategies=("loner", "cooperator", "defector"))
    rule = Replicator(game)
    flows = [integrate(rule, x0=[1 - 2 * s, s, s], t=60) for s in (0.15, 0.21)]
    return simplex(flows, rule, rest_points(rule), streams=True, ax=ax)


def oscillation_of_a_commons(*, ax: Axes | None = None) -> Axes:
    """Replete and depleted states of a commons that its users make and unmake: a heteroclinic cycle.

    Parameters
    ----------
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    from evolution.feedback_models import oscillating_commons

    rule = Replicator(oscillating_commons([[5, 1], [3, "1/2"]], [[3, 0], [5, 1]], theta=2, speed="3/10"))
    flow = integrate(rule, x0=[0.6, 0.4], z0={"n": 0.4}, t=150)
    return plane(rule, [flow], rest_points(rule), ax=ax)


def gradient_against_risk(
    size: int = 50, *, players: int = 6, needed: int = 3, cost: float = 0.1, ax: Axes | None = None
) -> Axes:
    """Collective-risk dilemma: where contributing is favoured, as the risk of losing all rises.

    Parameters
    ----------
    size : int
        Agents Z.
    players, needed : int
        Group size N and contributors M that avert the loss.
    cost : float
        Share of the endowment, which is 1, that a contributor pays.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> gradient_against_risk(20).get_ylabel()
    'risk'
    """
    from evolution.revision_processes import PairwiseComparison
    from evolution.selection_gradient import SelectionGradient, gradient_of_selection

    def at(risk: float) -> SelectionGradient:
        def payoff(action: int, others: tuple[int, ...]) -> float:
            kept = 1.0 if others[0] + (action == 0) >= needed else 1.0 - risk
            return kept - cost * (action == 0)

        game = SymmetricPayoff(players, 2, payoff)
        return gradient_of_selection(PairwiseComparison(game, size, intensity=1.0))

    ax = gradient_map(at, np.linspace(0, 1, 51), name="risk", ax=ax)
    with paper():
        ax.set_xlabel("share of contributors")
    return ax


def invasions(size: int = 50, *, intensity: float = 1.0, ax: Axes | None = None) -> Axes:
    r"""ALLC, ALLD and tit for tat in a repeated prisoner's dilemma: a circle of invasions when mutants are rare.

    Parameters
    ----------
    size : int
        Agents.
    intensity : float
        Of selection.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> invasions().get_title()
    'arrows: $Z\\varphi > 1$, $Z = 50$; discs: long-run share'
    """
    from evolution.revision_processes import PairwiseComparison
    from evolution.small_mutation import small_mutation_limit

    rounds, complexity = 10, 0.8
    pays = NormalForm.symmetric(
        [
            [3, 0, 3],
            [5, 1, (5 + (rounds - 1)) / rounds],
            [3 - complexity / rounds, (rounds - 1 - complexity) / rounds, 3 - complexity / rounds],
        ],
        strategies=("ALLC", "ALLD", "TFT"),
    )
    return invasion_graph(
        small_mutation_limit(PairwiseComparison(pays, size, intensity=intensity, mutation=0.001)), ax=ax
    )


def stationary_density(size: int = 60, *, mutation: float = 0.01, ax: Axes | None = None) -> Axes:
    """Rock-paper-scissors in a finite population: where it is found in the long run.

    Parameters
    ----------
    size : int
        Agents.
    mutation : float
        Probability per step.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> stationary_density(20).get_tlabel()
    'rock'
    """
    from evolution.counts import all_counts
    from evolution.finite import stationary_law
    from evolution.revision_processes import PairwiseComparison

    process = PairwiseComparison([[0, -1, 2], [2, 0, -1], [-1, 2, 0]], size, intensity=0.5, mutation=mutation)
    return stationary(all_counts(size, 3), stationary_law(process).probability, labels=RPS, ax=ax)
