r"""Stake-weighted consensus with clipping: Yuma.

Validators i with stake share S_i give servers j the weights W_ij. The consensus weight of a server is the largest that
validators with at least kappa of the stake support; what is above it is clipped:

.. math:: \bar W_j = \max\{w : \sum_i S_i [W_{ij} \ge w] \ge \kappa\}, \qquad
          \hat W_{ij} = \min(W_{ij}, \bar W_j), \qquad R_j = \sum_i S_i \hat W_{ij}

Incentive is the normalised rank R; trust is the share of the rank before clipping that is left. Validators hold bonds
in servers by what they staked on them, of weights clipped in part by the penalty beta, and earn the servers' incentive
as dividends. A share xi of the emission goes to dividends, the rest to incentives.

References
----------
Rao (2021), Bittensor: a peer-to-peer intelligence market; opentensor/subtensor, docs/consensus.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from ..domain import Domain
from ..mechanism import Declared, Expr, claim, declare, formula, given, sketch

__all__ = ["Consensus", "consensus_weights", "yuma", "yuma_retention"]


@declare(
    "vote",
    source="Rao (2021), Bittensor: a peer-to-peer intelligence market; subtensor docs, no spread, kappa 1/2",
    S=given("1", "stake share of the honest", 0.6, "(0.5, 1)"),
    W=given("1", "weight that the honest give to honest servers", 0.6, "(0, 1)"),
    V=given("1", "weight that the cabal gives to its own servers", 0.8, "[0, 1]"),
    xi=given("1", "share of the emission that goes to validators", 0.5, "[0, 1)", latex=r"\xi"),
)
def yuma_retention(S: Expr, W: Expr, V: Expr, xi: Expr) -> Declared:
    """Honest majority against a cabal: clipping leaves the cabal's servers what the majority gives them."""
    ours = S * W + (1 - S) * sp.Min(1 - V, W)
    theirs = S * (1 - W) + (1 - S) * sp.Min(V, 1 - W)
    earned = yield formula("incentive", ours / (ours + theirs), "1", "incentive of the honest servers")
    bonds = earned * S * W / ours + (1 - earned) * S * (1 - W) / theirs
    kept = yield formula("emission", xi * bonds + (1 - xi) * earned, "1", "share of the emission that the honest get")
    greedy = yield formula(
        "needed_greedy", (1 - xi) / (2 - xi - S), "1", "honest weight that keeps S against a cabal with V = 1"
    )
    mirror = sp.Subs(kept, V, 1 - W)
    yield claim("mirrored weights", mirror, xi * S + (1 - xi) * W, "bonds are as the stake, incentive as the weight")
    yield claim("mirroring cabal", sp.Subs(mirror, W, S), S, "against it honest weight S keeps S, whatever xi")
    yield claim("greedy cabal", sp.Subs(kept, (V, W), (1, greedy)), S, "clipping costs it its dividends")
    yield claim(
        "greed is weaker", S - greedy, (1 - S) * (S - 1 + xi) / (2 - xi - S), "when validators get 1 - S or more"
    )
    swap = sp.Subs(earned, V, 1)
    yield claim("incentive under greed", swap, S * W / (1 - (1 - S) * W), "the cabal's servers keep 1 - W")
    yield sketch("emission", over="W", low=0.05, high=0.95, V=(0.2, 0.6, 1))


@dataclass(frozen=True, slots=True)
class Consensus:
    """What consensus makes of weights; validators are rows, servers columns.

    Parameters
    ----------
    consensus : numpy.ndarray
        Consensus weight of each server.
    clipped : numpy.ndarray
        Weights cut to it.
    rank, trust, incentive : numpy.ndarray
        Of each server; incentive sums to 1, or is 0 throughout when nobody is ranked.
    validator_trust : numpy.ndarray
        What of a validator's weights is left.
    bonds : numpy.ndarray
        Of validators in servers; sum to 1 for each server with any.
    dividends : numpy.ndarray
        Of each validator; normalised like incentive.
    """

    consensus: Any
    clipped: Any
    rank: Any
    trust: Any
    incentive: Any
    validator_trust: Any
    bonds: Any
    dividends: Any

    def emission(self, xi: float = 0.5) -> tuple[Any, Any]:
        """What validators and what servers get of an emission of 1, of which xi goes to validators."""
        share = float(Domain.of("[0, 1]").check("xi", xi))
        return share * self.dividends, (1 - share) * self.incentive


def consensus_weights(weights: Any, stake: Any, *, kappa: float = 0.5) -> Any:
    """The largest weight of each server that validators with kappa of the stake support.

    Parameters
    ----------
    weights : array_like
        A row for each validator, a column for each server; not negative, rows are normalised.
    stake : array_like
        Of each validator, not negative, some of it positive.
    kappa : float
        Majority, in (0, 1]; met within rounding.

    Returns
    -------
    numpy.ndarray

    Raises
    ------
    ValueError
        For a number outside its domain or shapes that do not fit.

    Examples
    --------
    >>> consensus_weights([[0.5, 0.5], [0.6, 0.4], [0, 1]], [1, 1, 1])
    array([0.5, 0.5])
    """
    W, S, majority = _read(weights, stake, kappa)
    order = np.argsort(-W, axis=0, kind="stable")
    support = np.cumsum(S[order], axis=0)
    first = np.argmax(support >= majority * (1 - 1e-12), axis=0)
    return np.take_along_axis(np.take_along_axis(W, order, axis=0), first[None, :], axis=0)[0]


def yuma(
    weights: Any, stake: Any, *, kappa: float = 0.5, beta: float = 1.0, bonds: Any = None, alpha: float = 1.0
) -> Consensus:
    """One step of Yuma consensus.

    Parameters
    ----------
    weights, stake, kappa
        As for `consensus_weights`.
    beta : float
        Bonds penalty in [0, 1]: 1 buys bonds with clipped weights, 0 with the weights as given.
    bonds : array_like, optional
        Bonds so far, of the weights' shape; without them the new ones are taken as they are.
    alpha : float
        Share of new bonds in the moving average, in (0, 1].

    Returns
    -------
    Consensus

    Raises
    ------
    ValueError
        For a number outside its domain or shapes that do not fit.

    References
    ----------
    opentensor/subtensor, docs/consensus.md.

    Examples
    --------
    >>> found = yuma([[0.6, 0.4], [0, 1]], [0.6, 0.4])
    >>> found.consensus.round(4), found.incentive.round(4), found.dividends.round(4)
    (array([0.6, 0.4]), array([0.4737, 0.5263]), array([0.7895, 0.2105]))
    """
    W, S, _ = _read(weights, stake, kappa)
    penalty = float(Domain.of("[0, 1]").check("beta", beta))
    speed = float(Domain.of("(0, 1]").check("alpha", alpha))
    agreed = consensus_weights(weights, stake, kappa=kappa)
    clipped = np.minimum(W, agreed)
    rank, before = S @ clipped, S @ W
    bought = S[:, None] * ((1 - penalty) * W + penalty * clipped)
    bond = _over(bought, np.sum(bought, axis=0))
    if bonds is not None:
        held = Domain.of("[0, inf)").check("bonds", bonds)
        if held.shape != W.shape:
            raise ValueError(f"bonds are of the weights' shape {W.shape}, got {held.shape}")
        bond = speed * bond + (1 - speed) * held
    incentive = _over(rank, np.sum(rank))
    earned = bond @ incentive
    return Consensus(
        agreed,
        clipped,
        rank,
        _over(rank, before),
        incentive,
        np.sum(clipped, axis=1),
        bond,
        _over(earned, np.sum(earned)),
    )


def _read(weights: Any, stake: Any, kappa: float) -> tuple[Any, Any, float]:
    """Weights with rows of sum 1 (or 0), stake of sum 1, majority."""
    some = Domain.of("[0, inf)")
    W, S = some.check("weights", weights), some.check("stake", stake)
    if W.ndim != 2 or S.shape != W.shape[:1]:
        raise ValueError(f"weights are a row for each validator with a stake: got {W.shape} and {S.shape}")
    if not np.any(S > 0):
        raise ValueError("stake = 0 throughout: nobody's weights count; give some validator a stake")
    S, W = S / np.max(S), _over(W, np.max(W, axis=1, initial=0, keepdims=True))
    return _over(W, np.sum(W, axis=1, keepdims=True)), S / np.sum(S), float(Domain.of("(0, 1]").check("kappa", kappa))


def _over(part: Any, whole: Any) -> Any:
    """A share, 0 of nothing."""
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1), 0.0)
