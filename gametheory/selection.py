r"""Which of two equilibria: payoff dominance and risk dominance (Harsanyi and Selten 1988).

u *payoff-dominates* v when every player gets more at u. u *risk-dominates* v, two strict equilibria (U1, U2), (V1, V2)
of two players in which both players' actions differ, when deviating from it costs more,

    [u_1(U1, U2) - u_1(V1, U2)] [u_2(U1, U2) - u_2(U1, V2)]  >  [u_1(V1, V2) - u_1(U1, V2)] [u_2(V1, V2) - u_2(V1, U2)],

in the 2x2 game of these actions. In symmetric 2x2 games the risk-dominant action is the best reply to (1/2, 1/2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from gametheory.equilibrium import Equilibrium
from gametheory.methods.pure import pure_cells, pure_profile
from gametheory.normal_form import NormalForm, Profile
from gametheory.stability import is_strict
from gametheory.welfare import profile_of


@dataclass(frozen=True, slots=True)
class RiskComparison:
    """Two strict equilibria and the products of what deviating from them costs.

    Parameters
    ----------
    first, second : tuple of int
        The profiles.
    products : tuple of two Fractions
        Positive; the greater belongs to the risk-dominant one.
    """

    first: tuple[int, int]
    second: tuple[int, int]
    products: tuple[Fraction, Fraction]

    @property
    def dominant(self) -> tuple[tuple[int, int], ...]:
        """The risk-dominant equilibrium alone, or both if the products are equal."""
        one, other = self.products
        if one == other:
            return self.first, self.second
        return (self.first if one > other else self.second,)

    def __str__(self) -> str:
        sign = {1: ">", 0: "=", -1: "<"}[(self.products[0] > self.products[1]) - (self.products[0] < self.products[1])]
        return f"{self.first} {sign} {self.second}: products {self.products[0]} and {self.products[1]}"


def risk_dominance(
    game: NormalForm, first: Sequence[int] | None = None, second: Sequence[int] | None = None
) -> RiskComparison:
    """Compare two strict pure equilibria of a two-player game by the product of deviation losses.

    Parameters
    ----------
    game : NormalForm
        Of two players.
    first, second : pairs of actions, optional
        Not needed in a 2x2 game, which has at most two strict equilibria.

    Returns
    -------
    RiskComparison

    Raises
    ------
    ValueError
        If the game has not two players, the profiles are not strict equilibria, or share an action.

    References
    ----------
    J. Harsanyi and R. Selten, A General Theory of Equilibrium Selection in Games (MIT Press 1988), chapter 3.

    Examples
    --------
    >>> found = risk_dominance(NormalForm([[4, 1], [3, 3]], [[4, 3], [1, 3]]))
    >>> print(found, found.dominant)
    (0, 0) < (1, 1): products 1 and 4 ((1, 1),)
    """
    if len(game.players) != 2:
        raise ValueError(f"{game!r}: risk dominance by products of losses is defined for two players.")
    if first is None or second is None:
        if game.shape != (2, 2) or first is not None or second is not None:
            raise ValueError(f"{game!r}: give both equilibria, first and second, as pairs of actions.")
        strict = [cell for cell in pure_cells(game) if is_strict(game, pure_profile(game, cell))]
        if len(strict) != 2:
            raise ValueError(
                f"the game has {len(strict)} strict equilibria ({', '.join(map(str, strict)) or 'none'}); risk "
                "dominance compares two."
            )
        first, second = strict
    one, other = (_strict_cell(game, cell) for cell in (first, second))
    if one[0] == other[0] or one[1] == other[1]:
        raise ValueError(f"{one} and {other} share an action; risk dominance compares equilibria in which both differ.")
    return RiskComparison(one, other, (_losses(game, one, other), _losses(game, other, one)))


def payoff_dominates(game: NormalForm, first: Profile | Equilibrium, second: Profile | Equilibrium) -> bool:
    """Whether every player gets more at the first profile than at the second.

    Parameters
    ----------
    game : NormalForm
    first, second : profiles or equilibria

    Returns
    -------
    bool

    Raises
    ------
    ValueError
        If they are no profiles of this game.

    Examples
    --------
    >>> payoff_dominates(NormalForm([[4, 1], [3, 3]], [[4, 3], [1, 3]]), [[1, 0], [1, 0]], [[0, 1], [0, 1]])
    True
    """
    pairs = zip(game.expected(profile_of(first)), game.expected(profile_of(second)), strict=True)
    return all(bool(one > other) for one, other in pairs)


def _strict_cell(game: NormalForm, cell: Sequence[int]) -> tuple[int, int]:
    found = tuple(int(i) for i in cell)
    if len(found) != 2 or any(not 0 <= i < size for i, size in zip(found, game.shape, strict=True)):
        raise ValueError(f"{tuple(cell)} is no cell of a game of shape {game.shape}.")
    profile = pure_profile(game, found)
    if any(game.regret(profile)) or not is_strict(game, profile):
        raise ValueError(f"{found} is no strict equilibrium; risk dominance compares strict ones.")
    return found[0], found[1]


def _losses(game: NormalForm, here: tuple[int, int], there: tuple[int, int]) -> Fraction:
    one, other = game.payoffs
    return Fraction((one[here] - one[there[0], here[1]]) * (other[here] - other[here[0], there[1]]))
