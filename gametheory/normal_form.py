"""Games in normal form: n players act at once, a table says what each is paid.

Player k chooses an action i_k in {0, ..., n_k - 1}; `payoffs[k][i_1, ..., i_n]` is what k then gets, axis k
being player k's own action. Under mixed strategies sigma_k the expected payoff is the multilinear extension

    u_k(sigma) = sum_i  payoffs[k][i]  sigma_1(i_1) ... sigma_n(i_n).

For two players `NormalForm(A, B)`: A[i, j] and B[i, j] are paid at row i, column j. Payoffs are kept as exact
Fractions (a float is the binary rational it is), so equilibria can be certified; `floats` has them as arrays.
One matrix alone could mean two games, so it is refused: `NormalForm.symmetric(A)` is B = A^T, with A[i, j]
paid to i against j; `NormalForm.zero_sum(A)` is B = -A. Equilibria are found by `gametheory.solve`, not here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gametheory.rational import FractionArray, fraction
from gametheory.whole_table import WholeTable, fractions_of, negated, whole_table

if TYPE_CHECKING:
    import nashpy

Profile: TypeAlias = Sequence[Sequence[Any] | NDArray[Any]]


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class NormalForm:
    """A game of n >= 2 players in normal form, exact and immutable; equal when all payoffs are.

    Parameters
    ----------
    *payoffs : arrays or nested lists of shape (n_1, ..., n_n)
        One a player: ints, Fractions, strings "1/3", or floats. They are copied.
    players : sequence of str, optional
        Names; "player 1", "player 2", ... otherwise.
    strategies : sequence of sequences of str, optional
        Names of each player's actions; "0", "1", ... otherwise.

    Raises
    ------
    ValueError
        If a payoff is no finite number, an array is empty, ragged, or of the wrong shape, or names do not
        fit; player and index are told.

    Examples
    --------
    >>> game = NormalForm([[2, 0], [0, 1]], [[1, 0], [0, "1/2"]], strategies=[["opera", "match"]] * 2)
    >>> game
    NormalForm of 2 players, 2 x 2
    >>> game.expected([["1/3", "2/3"], ["1/3", "2/3"]])
    (Fraction(2, 3), Fraction(1, 3))
    """

    floats: tuple[NDArray[np.float64], ...]
    wholes: tuple[FractionArray, ...]
    scales: tuple[int, ...]
    players: tuple[str, ...]
    strategies: tuple[tuple[str, ...], ...]
    _fractions: list[FractionArray]

    def __init__(
        self,
        *payoffs: object,
        players: Sequence[str] | None = None,
        strategies: Sequence[Sequence[str]] | None = None,
    ) -> None:
        if len(payoffs) < 2:
            raise ValueError(
                f"NormalForm got {len(payoffs)} payoff arrays; it needs one for each of at least 2 players. "
                "One matrix could mean two games: write NormalForm.symmetric(A) if A[i, j] is paid to who "
                "plays i against j, NormalForm.zero_sum(A) if player 2 loses what player 1 gets."
            )
        tables = tuple(
            p if isinstance(p, WholeTable) else whole_table(p, f"payoffs of player {k + 1}")
            for k, p in enumerate(payoffs)
        )
        shapes = [table.wholes.shape for table in tables]
        shape = shapes[0]
        if len(shape) != len(tables) or any(other != shape for other in shapes):
            raise ValueError(
                f"{'; '.join(f'payoffs of player {k + 1} have shape {each}' for k, each in enumerate(shapes))}. With "
                f"{len(tables)} players all have the same shape of {len(tables)} axes, one a player: give one array a "
                "player, with a cell for every profile of actions."
            )
        default = [[str(i) for i in range(size)] for size in shape]
        object.__setattr__(self, "floats", tuple(table.floats for table in tables))
        object.__setattr__(self, "wholes", tuple(table.wholes for table in tables))
        object.__setattr__(self, "scales", tuple(table.scale for table in tables))
        object.__setattr__(self, "players", _names(players, "player {}", len(tables), "players"))
        object.__setattr__(self, "strategies", _strategy_names(strategies or default, shape))
        object.__setattr__(self, "_fractions", [])

    @property
    def payoffs(self) -> tuple[FractionArray, ...]:
        """One read-only array of Fractions a player; made when first asked for, since large tables take long."""
        if not self._fractions:
            pairs = zip(self.wholes, self.scales, strict=True)
            self._fractions.extend([fractions_of(wholes, scale) for wholes, scale in pairs])
        return tuple(self._fractions)

    @classmethod
    def symmetric(cls, payoff: object, *, strategies: Sequence[str] | None = None) -> NormalForm:
        """The two-player game in which A[i, j] is paid to whoever plays i against j: B = A^T.

        Parameters
        ----------
        payoff : square array or nested list
            A, numbers as for `NormalForm`.
        strategies : sequence of str, optional
            Names of the actions, the same for both.

        Returns
        -------
        NormalForm

        Raises
        ------
        ValueError
            If A is not square.

        Examples
        --------
        >>> NormalForm.symmetric([[0, 3], [1, 2]]).payoffs[1].tolist() == [[0, 1], [3, 2]]
        True
        """
        own = whole_table(payoff, "payoffs")
        if own.wholes.ndim != 2 or own.wholes.shape[0] != own.wholes.shape[1]:
            raise ValueError(f"payoffs have shape {own.wholes.shape}; a symmetric game needs a square matrix.")
        other = WholeTable(own.wholes.T, own.scale, own.floats.T)
        return cls(own, other, strategies=None if strategies is None else [strategies, strategies])

    @classmethod
    def zero_sum(cls, payoff: object, *, strategies: Sequence[Sequence[str]] | None = None) -> NormalForm:
        """The two-player game in which the column player loses what the row player gets: B = -A.

        Parameters
        ----------
        payoff : matrix
            A, numbers as for `NormalForm`.
        strategies : sequence of two sequences of str, optional
            Names of the actions of each player.

        Returns
        -------
        NormalForm

        Examples
        --------
        >>> NormalForm.zero_sum([[1, -1], [-1, 1]]).floats[1].tolist()
        [[-1.0, 1.0], [1.0, -1.0]]
        """
        own = whole_table(payoff, "payoffs")
        return cls(own, negated(own), strategies=strategies)

    @classmethod
    def from_nashpy(cls, game: nashpy.Game) -> NormalForm:
        """The same game from a `nashpy.Game`; see `gametheory.formats`."""
        from gametheory.formats import from_nashpy

        return from_nashpy(game)

    def to_nashpy(self) -> nashpy.Game:
        """The same two-player game as a `nashpy.Game` in floats; see `gametheory.formats`."""
        from gametheory.formats import to_nashpy

        return to_nashpy(self)

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of actions of each player."""
        return tuple(self.wholes[0].shape)

    @property
    def is_symmetric(self) -> bool:
        """Whether this is a two-player game with B = A^T, so that it does not matter which player one is."""
        if len(self.wholes) != 2 or self.shape[0] != self.shape[1] or self.scales[0] != self.scales[1]:
            return False
        return bool((self.wholes[0] == self.wholes[1].T).all())

    def deviations(self, profile: Profile) -> tuple[NDArray[Any], ...]:
        """What each player gets from each of its actions while the others keep to the profile.

        Parameters
        ----------
        profile : one distribution a player
            Fractions, ints and strings for an exact result; floats (sum within 1e-9 of 1) for a float one.

        Returns
        -------
        tuple of arrays, of Fraction or float

        Raises
        ------
        ValueError
            If a distribution has the wrong length, a negative entry, or does not sum to 1.

        Examples
        --------
        >>> NormalForm.zero_sum([[1, -1], [-1, 1]]).deviations([[1.0, 0.0], [0.5, 0.5]])
        (array([0., 0.]), array([-1.,  1.]))
        """
        mixed, tables = self._read(profile)
        return tuple(_average(table, mixed, keep=k) for k, table in enumerate(tables))

    def expected(self, profile: Profile) -> tuple[Any, ...]:
        """Expected payoff of each player: exact for an exact profile, floats otherwise; see `deviations`."""
        mixed, _ = self._read(profile)
        rows = zip(self.deviations(profile), mixed, strict=True)
        return tuple(own @ part for own, part in rows)

    def regret(self, profile: Profile) -> tuple[Any, ...]:
        """What each player could gain by deviating alone, >= 0; all 0 exactly at a Nash equilibrium."""
        pairs = zip(self.deviations(profile), self.expected(profile), strict=True)
        return tuple(max(own.max() - now, 0 * now) for own, now in pairs)

    def best_replies(self, profile: Profile) -> tuple[tuple[int, ...], ...]:
        """Each player's best actions against the profile; exact ties need an exact profile."""
        rows = self.deviations(profile)
        return tuple(tuple(np.flatnonzero(row == row.max()).tolist()) for row in rows)

    def latex(self) -> str:
        r"""The payoff table in LaTeX; a game of more than two players is one array a player.

        Examples
        --------
        >>> print(NormalForm([[1]], [["1/2"]]).latex())
        \begin{array}{c|c}
         & \text{0} \\ \hline
        \text{0} & 1,\ \frac{1}{2}
        \end{array}
        """
        if len(self.payoffs) > 2:
            blocks = (_latex_nested(array) for array in self.payoffs)
            return ",\\quad ".join(f"u_{{{k + 1}}} = {block}" for k, block in enumerate(blocks))
        rows = [" & " + " & ".join(_latex_word(name) for name in self.strategies[1]) + " \\\\ \\hline"]
        for name, *pair in zip(self.strategies[0], *self.payoffs, strict=True):
            cells = (f"{_latex(a)},\\ {_latex(b)}" for a, b in zip(*pair, strict=True))
            rows.append(f"{_latex_word(name)} & " + " & ".join(cells) + " \\\\")
        rows[-1] = rows[-1].removesuffix(" \\\\")
        return "\n".join([f"\\begin{{array}}{{c|{'c' * self.shape[1]}}}", *rows, "\\end{array}"])

    def _read(self, profile: Profile) -> tuple[list[NDArray[Any]], Sequence[NDArray[Any]]]:
        if len(profile) != len(self.wholes):
            raise ValueError(f"profile has {len(profile)} parts; this game has {len(self.wholes)} players.")
        parts = [np.asarray(part, dtype=object).ravel() for part in profile]
        exact = all(isinstance(p, Rational | str) for part in parts for p in part)
        mixed = [np.array([fraction(p) for p in part], dtype=object) for part in parts]
        for name, part, size in zip(self.players, mixed, self.shape, strict=True):
            if len(part) != size:
                raise ValueError(f"profile of {name} has {len(part)} entries; {size} actions can be played.")
            if min(part) < 0 or abs(sum(part) - 1) > (0 if exact else 1e-9):
                raise ValueError(
                    f"profile of {name} is {[str(p) for p in part]}; it must be >= 0 and sum to 1"
                    f" ({'exactly' if exact else 'within 1e-9'}), it sums to {float(sum(part))}."
                )
        if exact:
            return mixed, self.payoffs
        return [part.astype(np.float64) for part in mixed], self.floats

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NormalForm):
            return NotImplemented
        return self.shape == other.shape and self._values() == other._values()

    def __hash__(self) -> int:
        return hash((self.shape, self._values()))

    def _values(self) -> tuple[object, ...]:
        return (self.scales, *(value for array in self.wholes for value in array.flat))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.payoffs, self.players, self.strategies)

    def __repr__(self) -> str:
        return f"NormalForm of {len(self.players)} players, {' x '.join(map(str, self.shape))}"


def _rebuild(payoffs: Any, players: Any, strategies: Any) -> NormalForm:
    return NormalForm(*payoffs, players=players, strategies=strategies)


def _average(table: NDArray[Any], mixed: list[NDArray[Any]], keep: int) -> NDArray[Any]:
    for axis in reversed(range(len(mixed))):
        if axis != keep:
            table = np.tensordot(table, mixed[axis], axes=(axis, 0))
    return table


def _names(given: Sequence[str] | None, pattern: str, count: int, what: str) -> tuple[str, ...]:
    names = [pattern.format(k + 1) for k in range(count)] if given is None else list(given)
    if isinstance(given, str) or len(names) != count or len(set(names)) != count:
        raise ValueError(f"{what} are named {given!r}; {count} different names are needed.")
    return tuple(str(name) for name in names)


def _strategy_names(given: Sequence[Sequence[str]], shape: tuple[int, ...]) -> tuple[tuple[str, ...], ...]:
    if len(given) != len(shape):
        raise ValueError(f"strategies has {len(given)} lists of names; {len(shape)} players need one each.")
    rows = enumerate(zip(given, shape, strict=True))
    return tuple(_names(row, "{}", size, f"strategies of player {k + 1}") for k, (row, size) in rows)


def _latex(value: Fraction) -> str:
    sign = "-" if value < 0 else ""
    top, bottom = abs(value.numerator), value.denominator
    return f"{sign}{top}" if bottom == 1 else f"{sign}\\frac{{{top}}}{{{bottom}}}"


def _latex_word(name: str) -> str:
    special = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    return "\\text{" + "".join(special.get(c, "\\" + c if c in "&%$#_{}" else c) for c in name) + "}"


def _latex_nested(array: NDArray[Any]) -> str:
    if array.ndim == 1:
        return "(" + ", ".join(_latex(value) for value in array) + ")"
    return "\\left(" + ", ".join(_latex_nested(part) for part in array) + "\\right)"
