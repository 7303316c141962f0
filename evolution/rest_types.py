"""What `rest_points` answers: states at which a dynamic stands still, with proof, spectrum and type.

A rest point on the face of the strategies in use (its support) has two kinds of eigenvalues under a dynamic that
keeps faces: the *internal* ones, of the motion on the face, and for every absent strategy a *transversal* one, its
growth rate where it is rare; for the replicator that is its payoff excess F_j - x.F. Dynamics that bring in unused
strategies have internal eigenvalues only, on the tangent space of the whole simplex.

Types follow from the signs of the real parts: *sink* (all negative), *source* (all positive), *saddle* (both, none
0), *centre* (an imaginary pair around which orbits close, proved), *non-hyperbolic* (some real part is 0, or there
is no linearisation); nodes and foci are told apart by the eigenvalues nearest to the imaginary axis, where there
is a linearisation. `stability`
says what follows or what a further argument gives: "asymptotically stable", "stable" (Lyapunov, not
asymptotically), "unstable", or "undecided", and `reason` says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Any, overload

import numpy as np
import numpy.typing as npt

__all__ = ["RestPoint", "RestPoints"]

Vector = npt.NDArray[np.float64]
Indices = tuple[tuple[int, ...], ...]
STABILITIES = ("asymptotically stable", "stable", "unstable", "undecided")
TYPES = (
    "sink",
    "stable node",
    "stable focus",
    "source",
    "unstable node",
    "unstable focus",
    "saddle",
    "centre",
    "non-hyperbolic",
)
_WIDEST = 22


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RestPoint:
    """A state at rest.

    Parameters
    ----------
    shares : tuple of float arrays
        One a role, each correct to a few roundings.
    exact : tuple of tuples of Fraction or SymPy number, or None
        The same as exact numbers, where they are known.
    roles, labels : tuples
        Names of the roles and of each role's strategies.
    support : tuple of tuples of int
        The strategies in use.
    residual : Fraction or float
        Bound of the greatest velocity at the state shown: exactly 0 for exact shares.
    certificate : str
        How it was proved to be at rest.
    internal : tuple of complex
        Eigenvalues on the tangent space of the face, or of the simplex; empty where there is no linearisation.
    transversal : mapping of (role, strategy) to Fraction or float
        Growth rates of absent strategies.
    type, stability, reason : str
        See the module's docstring.
    nash, ess : bool or None
        Whether no strategy pays more than those in use; whether it is evolutionarily stable. None: not decided.
    environment : mapping of str to float
        Values of what the dynamic moves besides shares.
    """

    shares: tuple[Vector, ...]
    exact: tuple[tuple[Any, ...], ...] | None
    roles: tuple[str, ...]
    labels: tuple[tuple[str, ...], ...]
    support: Indices
    residual: Fraction | float
    certificate: str
    internal: tuple[complex, ...]
    transversal: Mapping[tuple[str, str], Fraction | float]
    type: str
    stability: str
    reason: str
    nash: bool | None = None
    ess: bool | None = None
    environment: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value, known in (("type", self.type, TYPES), ("stability", self.stability, STABILITIES)):
            if value not in known:
                raise ValueError(f"{name} is {value!r}; it is one of {', '.join(known)}")
        for part in self.shares:
            part.setflags(write=False)
        for name in ("transversal", "environment"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __reduce__(self) -> Any:  # a mappingproxy cannot be pickled
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        plain = {name: dict(value) if isinstance(value, MappingProxyType) else value for name, value in values.items()}
        return _rebuilt, (plain,)

    @property
    def x(self) -> Any:
        """The state as `integrate` takes it: an array, or a mapping where there are several roles or an environment."""
        if len(self.roles) == 1 and not self.environment:
            return self.shares[0]
        return dict(zip(self.roles, self.shares, strict=True)) | dict(self.environment)

    @property
    def kind(self) -> str:
        """sink, source, saddle, centre or non-hyperbolic."""
        return {"stable": "sink", "unstable": "source"}.get(self.type.split()[0], self.type)

    @property
    def eigenvalues(self) -> tuple[complex, ...]:
        """Internal and transversal ones."""
        return (*self.internal, *(complex(value) for value in self.transversal.values()))

    @property
    def interior(self) -> bool:
        """Whether every strategy is in use."""
        return all(len(s) == len(names) for s, names in zip(self.support, self.labels, strict=True))

    def __str__(self) -> str:
        return f"{_state(self)}: {self.type}, {self.stability}; {self.reason}"

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: exact numbers as strings, complex ones as [real, imaginary]."""
        exact = None if self.exact is None else [[str(p) for p in part] for part in self.exact]
        told = ("type", "kind", "stability", "reason", "certificate", "nash", "ess")
        return {
            "shares": {role: part.tolist() for role, part in zip(self.roles, self.shares, strict=True)},
            "exact": exact,
            "environment": dict(self.environment),
            "support": [[names[i] for i in used] for used, names in zip(self.support, self.labels, strict=True)],
            "residual": str(self.residual),
            "internal": [[value.real, value.imag] for value in self.internal],
            "transversal": {".".join(name): float(value) for name, value in self.transversal.items()},
            **{name: getattr(self, name) for name in told},
        }


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RestPoints(Sequence[RestPoint]):
    """All rest points that were found, and whether there are others; a read-only sequence.

    Parameters
    ----------
    points : tuple of RestPoint
        By size of support, then support, then shares. Where rest points form continua, their extreme points.
    complete : bool
        True only if every rest point is in `points` or in the hull of one of `polytopes`.
    reason : str
        Why it is complete; or why not, and what to do.
    polytopes : tuple of tuples of int
        Continua of rest points: the hull of the points with these indices is at rest; with several roles, the
        product of the hulls of its roles' shares. Empty where rest points are isolated.
    components : tuple of tuples of int
        Connected groups of points.
    dynamics : Dynamics
        Whose rest points these are.
    method : str
        How they were found.

    Examples
    --------
    >>> from evolution import Replicator, rest_points
    >>> print(rest_points(Replicator([["-1/2", 2], [0, 1]])))
    3 rest points of Replicator (faces, exactly). Complete: Each of 3 faces was solved exactly.
     # | population | internal | transversal | type          | stability
     0 | (1, 0)     | -        | 1: 0.5      | unstable node | unstable
     1 | (0, 1)     | -        | 0: 1        | unstable node | unstable
     2 | (2/3, 1/3) | -0.3333  | -           | stable node   | asymptotically stable
    """

    points: tuple[RestPoint, ...]
    complete: bool
    reason: str
    dynamics: Any
    method: str
    polytopes: Indices = ()
    components: Indices = ()

    def __len__(self) -> int:
        return len(self.points)

    @overload
    def __getitem__(self, index: int) -> RestPoint: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[RestPoint, ...]: ...

    def __getitem__(self, index: int | slice) -> RestPoint | tuple[RestPoint, ...]:
        return self.points[index]

    def __iter__(self) -> Iterator[RestPoint]:
        return iter(self.points)

    @property
    def x(self) -> Any:
        """All states, stacked: an array (k, n), or a mapping of each role and each name of the environment to such."""
        roles, names = self.dynamics.roles, self.dynamics.environment.names
        parts = {role: np.array([point.shares[r] for point in self.points]) for r, role in enumerate(roles)}
        parts |= {name: np.array([point.environment[name] for point in self.points]) for name in names}
        return parts[roles[0]] if len(parts) == 1 else parts

    @property
    def stable(self) -> tuple[RestPoint, ...]:
        """Those proved to be asymptotically stable."""
        return tuple(point for point in self.points if point.stability == "asymptotically stable")

    @property
    def interior(self) -> tuple[RestPoint, ...]:
        """Those at which every strategy is in use."""
        return tuple(point for point in self.points if point.interior)

    def __str__(self) -> str:
        count = f"{len(self)} rest point{'' if len(self) == 1 else 's'}"
        claim = f"{'Complete' if self.complete else 'Not complete'}: {self.reason}"
        head = f"{count} of {type(self.dynamics).__name__} ({self.method}). {claim}"
        hulls = [f" continuum: hull of {', '.join(map(str, group))}" for group in self.polytopes]
        return "\n".join([head, *(_table(self.points) if self.points else []), *hulls])

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        told = ("complete", "reason", "method", "polytopes", "components")
        return {"points": [p.to_dict() for p in self.points], **{name: getattr(self, name) for name in told}}

    def to_xarray(self) -> Any:
        """The points as an `xarray.Dataset`: shares by point and strategy, type, stability, leading real part."""
        import xarray

        names = [f"{role}.{name}" for role in self.dynamics.roles for name in self.dynamics.strategies[role]]
        packed = np.array([np.concatenate(point.shares) for point in self.points]).reshape(len(self), len(names))
        leading = [max((v.real for v in point.eigenvalues), default=np.nan) for point in self.points]
        data: dict[str, Any] = {
            "shares": (("point", "strategy"), packed),
            "type": ("point", [point.type for point in self.points]),
            "stability": ("point", [point.stability for point in self.points]),
            "leading": ("point", np.array(leading, dtype=float)),
        }
        for name in self.dynamics.environment.names:
            data[name] = ("point", np.array([point.environment[name] for point in self.points]))
        about = {"complete": int(self.complete), "reason": self.reason, "method": self.method}
        return xarray.Dataset(data, coords={"point": range(len(self)), "strategy": names}, attrs=about)


def _rebuilt(values: dict[str, Any]) -> RestPoint:
    return RestPoint(**values)


def _table(points: Sequence[RestPoint]) -> list[str]:
    first = points[0]
    rows = [["#", *first.roles, *first.environment, "internal", "transversal", "type", "stability"]]
    for index, point in enumerate(points):
        parts = point.exact if point.exact is not None else point.shares
        cells = ["(" + ", ".join(_text(p) for p in part) + ")" for part in parts]
        outside = [f"{value:.6g}" for value in point.environment.values()]
        inner = ", ".join(_complex(value) for value in point.internal) or "-"
        outer = ", ".join(f"{name}: {float(v):.4g}" for (_, name), v in point.transversal.items()) or "-"
        rows.append([str(index), *cells, *outside, inner, outer, point.type, point.stability])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (" | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in rows)
    return [" " + line.rstrip() for line in lines]


def _state(point: RestPoint) -> str:
    parts = point.exact if point.exact is not None else point.shares
    outside = [f"{name} = {value:.6g}" for name, value in point.environment.items()]
    return " ".join(["(" + ", ".join(_text(p) for p in part) + ")" for part in parts] + outside)


def _text(number: Any) -> str:
    text = f"{number:.6g}" if isinstance(number, float) else str(number)
    return text if len(text) <= _WIDEST else f"~{float(number):.6g}"


def _complex(value: complex) -> str:
    if value.imag == 0:
        return f"{value.real:.4g}"
    return f"{value.real:.4g}{value.imag:+.4g}i" if value.real else f"{value.imag:.4g}i"
