r"""Type and stability of a rest point of imitation: linearisation first, then what decides beyond it.

Beside a rest point the eigenvalues are those of `Local`, times the protocol's speed. Where none has real part 0 they
decide (Hartman and Grobman). A positive one makes the point unstable in any case. Otherwise:

* an ESS is asymptotically stable, a neutrally stable state is stable [1]_, [2]_ (one population, payoffs A x, orbits
  those of the replicator);
* as many eigenvalues 0 as the continuum of rest points through the point has dimensions, the others negative: the
  continuum attracts, the point is stable;
* absent strategies with payoff excess 0: the sign of their second-order growth g (`Local.second_order`);
* an imaginary pair on a face: a centre where a constant of motion has an extremum there, and for three strategies
  with payoffs A x, where no cycle is isolated [1]_; else the first Lyapunov coefficient (`rest_lyapunov`).

With several populations whose payoffs do not depend on their own shares exactly the strict equilibria are
asymptotically stable under the replicator [3]_, and those are the ESS. What nothing decides is called undecided.

References
----------
.. [1] J. Hofbauer and K. Sigmund, *Evolutionary Games and Population Dynamics*, Cambridge 1998, sections 5.4, 7.2, 7.5.
.. [2] I. Bomze and J. Weibull, *Games and Economic Behavior* 11 (1995) 173.
.. [3] K. Ritzberger and J. Weibull, *Econometrica* 63 (1995) 1371.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from evolution.rest_local import Local
from evolution.rest_spectrum import Spectrum, named_type, sign_of, spectrum_of

__all__ = ["Judged", "Knowledge", "judged"]

LINEAR = "the linearisation decides"


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """What is known of a game beyond the payoffs beside one point.

    Parameters
    ----------
    like_replicator : bool
        Whether orbits are the replicator's, up to the speed along them.
    own_free : bool
        Several populations, payoffs independent of the own role's shares.
    ess : callable or None
        From a state's Local to (evolutionarily stable, neutrally stable); None where the words have no meaning.
    centre : callable
        From Local to a sentence that proves a centre on its face, or "".
    lyapunov : callable or None
        From Local to the first Lyapunov coefficient on its face, and whether it stands out from rounding.
    rounding : float
        Relative size below which eigenvalues count as 0, see `rest_numbers.rounding_of`.
    """

    like_replicator: bool
    own_free: bool
    ess: Callable[[Local], tuple[bool, bool]] | None
    centre: Callable[[Local], str]
    lyapunov: Callable[[Local], tuple[float, bool]] | None
    rounding: float = 0.0


@dataclass(frozen=True, slots=True)
class Judged:
    """Spectrum and verdict.

    `internal` are the face's eigenvalues, `transversal` the payoff excesses of absent strategies, in payoff units.
    """

    internal: Spectrum
    transversal: dict[int, Any]
    type: str
    stability: str
    reason: str
    nash: bool | None
    ess: bool | None


def judged(local: Local, known: Knowledge, *, dimension: int = 0) -> Judged:
    """Classify one rest point.

    Parameters
    ----------
    local : Local
    known : Knowledge
    dimension : int
        Of the continuum of rest points through it, 0 if isolated.

    Returns
    -------
    Judged
    """
    spectrum, excess = spectrum_of(local.on_face(), known.rounding), local.excess()
    scale = max((abs(float(p)) for p in local.payoffs if abs(p) != math.inf), default=1.0)
    signs = {
        j: 0 if abs(float(value)) <= known.rounding * scale else sign_of(value, scale) for j, value in excess.items()
    }
    close = {j for j, value in excess.items() if signs[j] == 0 and abs(float(value)) > 1e-30 * scale}
    outer = tuple(complex(float(value)) for value in excess.values())
    kind = named_type((*spectrum.values, *outer), (*spectrum.signs, *signs.values()))
    nash: bool | None = 1 not in signs.values()
    ess: bool | None = None
    neutral = False
    if known.ess is not None:
        ess, neutral = known.ess(local) if nash else (False, False)
    elif known.own_free:
        ess = nash and not spectrum.values and all(sign < 0 for sign in signs.values())
    around = known.centre(local) if _turns(spectrum) and known.like_replicator else ""
    kind = "centre" if around and kind == "non-hyperbolic" else kind
    if close and nash:
        nash = ess = None
    case = _Case(local, known, spectrum, signs, close, dimension, around, bool(ess), neutral and not close)
    stability, reason = case.decide()
    return Judged(spectrum, excess, kind, stability, reason, nash, ess)


def _turns(spectrum: Spectrum) -> bool:
    """Whether the eigenvalues on the axis are one imaginary pair."""
    on_axis = [value for value, sign in zip(spectrum.values, spectrum.signs, strict=True) if sign == 0]
    return bool(on_axis) and all(value.imag for value in on_axis)


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    local: Local
    known: Knowledge
    spectrum: Spectrum
    signs: dict[int, int]
    close: set[int]
    dimension: int
    around: str
    ess: bool
    neutral: bool

    def decide(self) -> tuple[str, str]:
        """Stability and reason."""
        outer = list(self.signs.values())
        everything = [*self.spectrum.signs, *outer]
        if 1 in everything:
            what = "an absent strategy is paid more" if 1 in outer else "an eigenvalue on the face is positive"
            return "unstable", what + (f"; {self.around}" if self.around else "")
        if 0 not in everything:
            return "asymptotically stable", LINEAR if everything else "there is no other state"
        if self.ess and self.known.like_replicator:
            return "asymptotically stable", "evolutionarily stable"
        if self.close:
            return "undecided", "an absent strategy is paid the same but for what rounding of the payoffs may have left"
        flat = everything.count(0) == self.dimension
        if flat:
            return "stable", "a continuum of rest points attracts, all other eigenvalues are negative"
        if _turns(self.spectrum):
            return self._turning()
        if 0 not in self.spectrum.signs:
            verdict = self._absent()
            if verdict is not None:
                return verdict
        return self._otherwise("eigenvalues are 0 and no second-order argument applies")

    def _turning(self) -> tuple[str, str]:
        if 0 in self.signs.values():
            return self._otherwise("motion turns on the face, and an absent strategy is paid the same")
        if self.around:
            return "stable", f"a centre: {self.around}"
        if self.known.lyapunov is not None and self.spectrum.signs.count(0) == 2:
            value, told = self.known.lyapunov(self.local)
            if told:
                word = "asymptotically stable" if value < 0 else "unstable"
                return word, f"weak focus: the first Lyapunov coefficient is {value:.4g}"
            return self._otherwise("an imaginary pair, whose first Lyapunov coefficient vanishes to rounding")
        return self._otherwise("several imaginary pairs")

    def _absent(self) -> tuple[str, str] | None:
        """Second-order growth of absent strategies with payoff excess 0; None if it does not decide."""
        from evolution.rest_names import comma

        absent = [j for j, sign in self.signs.items() if sign == 0]
        table = self.local.second_order(absent)
        if table is None:
            return None
        size = max(abs(float(cell)) for row in self.local.slopes for cell in row)
        signs = [[sign_of(cell, size) for cell in row] for row in table]
        rising = [absent[k] for k in range(len(absent)) if signs[k][k] > 0]
        if rising:
            return "unstable", f"to second order the absent strategy {comma(self.local, rising)} grows"
        pairs = [(a, b) for a in range(len(absent)) for b in range(a)]
        joint = [[absent[a], absent[b]] for a, b in pairs if signs[a][b] > 0 < signs[b][a]]
        if any(signs[a][a] >= 0 and signs[b][b] >= 0 and [absent[a], absent[b]] in joint for a, b in pairs):
            return "unstable", f"to second order the absent strategies {comma(self.local, joint[0])} grow together"
        if all(sign < 0 for row in signs for sign in row) or (len(absent) > 1 and self._copositive(table)):
            return "asymptotically stable", "absent strategies that are paid the same decline to second order"
        return None

    def _copositive(self, table: Sequence[Sequence[Any]]) -> bool:
        """Whether sum y_a g_ab y_b < 0 for all y >= 0, y != 0: then their total declines."""
        from gametheory.methods.copositivity import is_strictly_copositive

        if not self.local.exact:
            return False
        count = range(len(table))
        return bool(is_strictly_copositive([[-(table[a][b] + table[b][a]) for b in count] for a in count]))

    def _otherwise(self, problem: str) -> tuple[str, str]:
        if self.neutral and self.known.like_replicator:
            return "stable", "neutrally stable"
        return "undecided", problem
