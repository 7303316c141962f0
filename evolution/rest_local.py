r"""What a payoff field looks like beside a rest point of imitation: the two kinds of eigenvalues.

Let x have support S, F(x) the same on S, and x_i' = c x_i (F_i - x.F) beside it, c > 0 (1 for the replicator; every
imitative protocol is of this form to first order). On the face, with d_j = e_j - e_last the directions of free
shares,

    J_ij = c x_i ( DF_i d_j - sum_k x_k DF_k d_j ),

since the terms with F itself cancel. An absent strategy j grows at the rate c (F_j - x.F). If that is 0, the slow
direction v has v_j = 1 and keeps payoffs on S equal to first order; then x_j' = c g x_j^2 + ... with g = (DF v)_j -
(DF v)_S, and g decides (centre manifold theorem).

Numbers are Fractions, or 60-digit mpmath numbers where shares are irrational.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

__all__ = ["Local"]


@dataclass(frozen=True, slots=True, eq=False)
class Local:
    """A rest point and the payoffs beside it, all roles' strategies in one list.

    Parameters
    ----------
    parts : tuple of range
        Where each role stands.
    shares, payoffs : list of numbers
    slopes : rows of numbers
        slopes[i][j] = dF_i / dx_j.
    speeds : tuple of numbers
        c of each role, see `rest_speed`.
    """

    parts: tuple[range, ...]
    shares: Sequence[Any]
    payoffs: Sequence[Any]
    slopes: Sequence[Sequence[Any]]
    speeds: Sequence[Any]

    @property
    def support(self) -> tuple[tuple[int, ...], ...]:
        """Strategies in use, by role, counted within the role."""
        return tuple(tuple(i - part.start for i in part if self.shares[i] != 0) for part in self.parts)

    @property
    def exact(self) -> bool:
        """Whether all numbers are rational."""
        numbers = (*self.shares, *self.payoffs, *(cell for row in self.slopes for cell in row))
        return all(isinstance(number, Fraction | int) for number in numbers)

    def used(self, part: range) -> list[int]:
        """Strategies of one role in use."""
        return [i for i in part if self.shares[i] != 0]

    def excess(self) -> dict[int, Any]:
        """F_j minus the payoff of those in use, for every absent strategy j."""
        rates = {}
        for part in self.parts:
            common = self.payoffs[self.used(part)[0]]
            rates.update({j: self.payoffs[j] - common for j in part if self.shares[j] == 0})
        return rates

    def on_face(self) -> list[list[Any]]:
        """The linearisation on the face, in the shares of all strategies in use but each role's last."""
        free = [(j, used[-1]) for part in self.parts for used in [self.used(part)] for j in used[:-1]]
        matrix = []
        for part, speed in zip(self.parts, self.speeds, strict=True):
            used = self.used(part)
            change = {i: [self.slopes[i][j] - self.slopes[i][last] for j, last in free] for i in used}
            mean = [_dot([self.shares[k] for k in used], column) for column in zip(*change.values(), strict=True)]
            weights = [self.shares[i] * speed for i in used[:-1]]
            matrix += [
                [w * (c - m) for c, m in zip(change[i], mean, strict=True)] for i, w in zip(used, weights, strict=False)
            ]
        return matrix

    def second_order(self, absent: Sequence[int]) -> list[list[Any]] | None:
        """g[a][b]: growth of absent[a] per share of absent[b], others adapting; None if the face is singular.

        All of `absent` have payoff excess 0.
        """
        from evolution.rest_linear import solved

        used = [i for part in self.parts for i in self.used(part)]
        rows, right = [], []
        for part in self.parts:
            own = self.used(part)
            rows.append([int(k in part) for k in used])
            right.append([-int(b in part) for b in absent])
            for i in own[1:]:
                rows.append([self.slopes[i][k] - self.slopes[own[0]][k] for k in used])
                right.append([self.slopes[own[0]][b] - self.slopes[i][b] for b in absent])
        moved = solved(rows, right)
        if moved is None:
            return None
        table = []
        for a in absent:
            first = next(self.used(part)[0] for part in self.parts if a in part)
            gap = [self.slopes[a][k] - self.slopes[first][k] for k in used]
            table.append(
                [
                    self.slopes[a][b] - self.slopes[first][b] + _dot(gap, [row[place] for row in moved])
                    for place, b in enumerate(absent)
                ]
            )
        return table


def _dot(left: Sequence[Any], right: Sequence[Any]) -> Any:
    return sum((a * b for a, b in zip(left, right, strict=True)), Fraction(0) if _rational(left) else 0)


def _rational(numbers: Sequence[Any]) -> bool:
    return all(isinstance(number, Fraction | int) for number in numbers)
