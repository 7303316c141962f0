r"""A mechanism: formulas in named quantities, what is claimed of them, where they come from. Declared once.

A declaration is a generator. Its arguments are the symbols of the quantities, its docstring says what the mechanism
is, and it yields formulas, conditions and claims:

    @declare(
        "pool",
        source="Adams, Zinsmeister, Robinson (2020), Uniswap v2 Core",
        x=given("token", "reserve of what is paid in", 1000, "(0, inf)"),
        y=given("token", "reserve of what is paid out", 500, "(0, inf)"),
        d=given("token", "paid in", 10, "[0, inf)"),
    )
    def constant_product(x: Expr, y: Expr, d: Expr) -> Declared:
        '''A pool that keeps x y constant.'''
        out = yield formula("out", y * d / (x + d), "token", "what the trader gets")
        yield claim("the product is kept", (x + d) * (y - out), x * y, "that is the rule")
        yield claim("price", sp.Subs(sp.Derivative(out, d), d, 0), y / x, "the ratio of the reserves")
        yield sketch("out", over="d", low=0, high=5000)

From it follow values on numbers and arrays (`mechanism["out"](x=1000, y=500, d=10)`, with the domains checked),
SymPy expressions, a Numba kernel, LaTeX, a notation table, a plot (`analytic.plot.mechanism`) and the derivation, in
which `derive` checks every claim by machine. Nothing symbolic is built before it is asked for.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import numpy as np
import sympy as sp

from .compiled import compile_numba, compile_numpy
from .expression import exact
from .statements import Claim, Condition, Expr, Given, Sketch, claim, condition, given, sketch
from .symbols import Quantity

__all__ = [
    "Claim",
    "Condition",
    "Declared",
    "Expr",
    "Formula",
    "Given",
    "Mechanism",
    "Sketch",
    "claim",
    "condition",
    "declare",
    "formula",
    "given",
    "sketch",
]


@dataclass(frozen=True, slots=True)
class Formula:
    """One result of a mechanism: an expression with unit and meaning, and a function of numbers.

    Examples
    --------
    >>> from analytic.pool import constant_product
    >>> out = constant_product["out"]
    >>> out(x=1000, y=500, d=1000, f=0), out.unit
    (250.0, 'token')
    """

    name: str
    expression: sp.Expr
    unit: str
    meaning: str
    mechanism: Mechanism | None = None

    @property
    def symbols(self) -> tuple[sp.Symbol, ...]:
        """The symbols that occur, in the order of the declaration."""
        if self.mechanism is None:
            return tuple(sorted(self.expression.free_symbols, key=str))
        return tuple(s for s in self.mechanism.symbols.values() if s in self.expression.free_symbols)

    def __call__(self, **values: Any) -> Any:
        """The value at numbers or arrays, which broadcast; an expression where symbols are left or given.

        Parameters
        ----------
        **values : number, array_like or sympy.Expr
            By the names of the mechanism's quantities; those that the formula does not use are checked too.

        Returns
        -------
        float, numpy.ndarray or sympy.Expr

        Raises
        ------
        ValueError
            For an unknown name, a value outside its domain, a condition that does not hold, or a result that is
            not a finite number.
        """
        if self.mechanism is None:
            raise ValueError(f"formula {self.name!r} belongs to no mechanism yet: ask the mechanism for it")
        mechanism = self.mechanism
        mechanism.check_names(values)
        symbolic = any(isinstance(value, sp.Basic) for value in values.values())
        missing = [str(s) for s in self.symbols if str(s) not in values]
        if missing and any(np.ndim(value) for value in values.values() if not isinstance(value, sp.Basic)):
            raise ValueError(f"{missing[0]} is missing: where arrays go in, {self.name} needs all of its quantities")
        if symbolic or missing:
            return self.expression.subs(mechanism.bound(values), simultaneous=True)
        arrays = mechanism.checked(values)
        found = compile_numpy(self.expression, self.symbols)(*(arrays[str(s)] for s in self.symbols))
        if not np.all(np.isfinite(found)):
            at = ", ".join(f"{name} = {array!s:.40}" for name, array in arrays.items())
            raise ValueError(f"{self.name} of {mechanism.name} is not a finite number at {at}")
        return found

    def kernel(self) -> Callable[..., float]:
        """A Numba function of `symbols`, for other kernels; it checks nothing."""
        return compile_numba(self.expression, self.symbols)

    def latex(self) -> str:
        """The formula as an equation."""
        return f"{_lettered(self.name)} = {sp.latex(self.expression, symbol_names=self._letters())}"

    def _letters(self) -> dict[sp.Symbol, str]:
        return {} if self.mechanism is None else self.mechanism.letters


def formula(name: str, expression: Any, unit: str = "1", meaning: str = "") -> Formula:
    """A result under a name; `yield` gives its expression back.

    Parameters
    ----------
    name : str
    expression : sympy.Expr
    unit : str
    meaning : str
    """
    return Formula(name, sp.sympify(expression, strict=True), unit, meaning)


Stated: TypeAlias = Formula | Claim | Condition | Sketch
Declared: TypeAlias = Generator[Stated, Any, None]
Declaration: TypeAlias = Callable[..., Declared]


@dataclass(frozen=True)
class Mechanism:
    """A rule that turns what agents do into what they get, as formulas; made by `declare`.

    Parameters
    ----------
    name : str
    kind : str
        The family: "pool", "clearing", "reward", "allocation", "supply" or "vote".
    source : str
        The paper.
    summary : str
    quantities : mapping of str to Given
    declaration : callable
        The generator.

    Examples
    --------
    >>> from analytic.pool import constant_product
    >>> constant_product.kind, list(constant_product.formulas)[0]
    ('pool', 'out')
    """

    name: str
    kind: str
    source: str
    summary: str
    quantities: Mapping[str, Given]
    declaration: Declaration = field(repr=False)

    @property
    def headline(self) -> str:
        """The first sentence of its summary."""
        return self.summary.split("\n\n")[0].replace("\n", " ")

    @cached_property
    def symbols(self) -> Mapping[str, sp.Symbol]:
        """The symbol of each quantity, with the assumptions of its domain."""
        return {name: sp.Symbol(name, **each.domain.assumptions) for name, each in self.quantities.items()}

    @cached_property
    def letters(self) -> dict[sp.Symbol, str]:
        """How symbols print where SymPy's own reading of the name is not wanted."""
        return {self.symbols[name]: each.latex for name, each in self.quantities.items() if each.latex}

    @cached_property
    def _stated(self) -> tuple[Stated, ...]:
        running = self.declaration(*self.symbols.values())
        stated: list[Stated] = []
        answer: Any = None
        while True:
            try:
                each = running.send(answer)
            except StopIteration:
                return tuple(stated)
            answer = each.expression if isinstance(each, Formula) else None
            stated.append(replace(each, mechanism=self) if isinstance(each, Formula) else each)

    @cached_property
    def formulas(self) -> Mapping[str, Formula]:
        """The results by name."""
        return MappingProxyType({each.name: each for each in self._stated if isinstance(each, Formula)})

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What `derive` checks."""
        return tuple(each for each in self._stated if isinstance(each, Claim))

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What must hold between the quantities."""
        return tuple(each for each in self._stated if isinstance(each, Condition))

    @property
    def sketches(self) -> tuple[Sketch, ...]:
        """What the plot shows; without a declaration the first formula over the first of its symbols."""
        stated = tuple(each for each in self._stated if isinstance(each, Sketch))
        if stated:
            return stated
        first = next(iter(self))
        over = str(first.symbols[0])
        middle = float(self.quantities[over].example)
        return (Sketch(first.name, over, middle / 4, middle),)

    def __getitem__(self, name: str) -> Formula:
        if name not in self.formulas:
            raise KeyError(f"{self.name} has no formula {name!r}; it has {', '.join(self.formulas)}")
        return self.formulas[name]

    def __iter__(self) -> Iterator[Formula]:
        return iter(self.formulas.values())

    @property
    def example(self) -> dict[str, Any]:
        """A typical value of every quantity."""
        return {name: each.example for name, each in self.quantities.items()}

    def notation(self) -> tuple[Quantity, ...]:
        """One row a quantity, for a paper's table: name, LaTeX, unit, meaning."""
        return tuple(
            Quantity(name, each.latex, each.unit, each.meaning, each.domain.assumptions)
            for name, each in self.quantities.items()
        )

    def latex(self) -> str:
        """The formulas, aligned at their equality signs."""
        rows = " \\\\\n".join(each.latex().replace(" = ", " &= ", 1) for each in self)
        return f"\\begin{{aligned}}\n{rows}\n\\end{{aligned}}"

    def check_names(self, values: Mapping[str, Any]) -> None:
        """Refuse a name that is no quantity, with the nearest ones."""
        for name in values:
            if name not in self.quantities:
                near = difflib.get_close_matches(name, self.quantities) or list(self.quantities)
                raise ValueError(f"{self.name} has no quantity {name!r}; it has {', '.join(near)}")

    def bound(self, values: Mapping[str, Any]) -> dict[sp.Symbol, sp.Expr]:
        """Exact values by symbol, refused where they are surely outside their domain."""
        found = {}
        for name, value in values.items():
            if isinstance(value, str):
                raise ValueError(f"{name} is a number or an expression, got the text {value!r:.60}")
            read, domain = exact(value), self.quantities[name].domain
            if domain.refuses(read):
                raise ValueError(f"{name} = {value} is outside {domain}")
            found[self.symbols[name]] = read
        return found

    def checked(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values as float arrays, inside their domains and meeting the conditions."""
        arrays = {name: self.quantities[name].domain.check(name, value) for name, value in values.items()}
        try:
            np.broadcast_shapes(*(array.shape for array in arrays.values()))
        except ValueError:
            shapes = ", ".join(f"{name} has the shape {array.shape}" for name, array in arrays.items() if array.ndim)
            raise ValueError(f"{shapes}: these do not broadcast to one shape") from None
        for each in self.conditions:
            symbols = [s for s in self.symbols.values() if s in each.relation.free_symbols]
            if any(str(s) not in arrays for s in symbols):
                continue
            holds = np.asarray(_truth(each.relation, tuple(symbols))(*(arrays[str(s)] for s in symbols)))
            if not np.all(holds):
                place = np.unravel_index(int(np.argmin(holds)), holds.shape)
                at = ", ".join(f"{s} = {np.broadcast_to(arrays[str(s)], holds.shape)[place]:.12g}" for s in symbols)
                raise ValueError(f"{self.name}: {each.reason}: {each.relation} does not hold at {at}")
        return arrays


def _truth(relation: sp.Basic, symbols: tuple[sp.Symbol, ...]) -> Callable[..., Any]:
    """A relation as a function of arrays: 1 where it holds."""
    return compile_numpy(sp.Piecewise((sp.S.One, relation), (sp.S.Zero, True)), symbols)


def _lettered(name: str) -> str:
    return name if len(name) == 1 else rf"\mathrm{{{name.replace('_', chr(92) + ' ')}}}"


Kind: TypeAlias = Literal["pool", "clearing", "reward", "allocation", "supply", "vote"]


def declare(kind: Kind, /, *, source: str, **quantities: Given) -> Callable[[Declaration], Mechanism]:
    """Make a mechanism of a generator; its arguments are the quantities, in this order.

    Parameters
    ----------
    kind : str
    source : str
    **quantities : Given

    Raises
    ------
    ValueError
        When the generator's arguments are not the quantities, or it has no docstring.

    Examples
    --------
    >>> @declare("reward", source="folklore", V=given("currency", "prize", 10), n=given("1", "players", 5, "[1, inf)"))
    ... def equal_split(V, n):
    ...     '''A prize shared equally.'''
    ...     share = yield formula("share", V / n, "currency", "what each gets")
    ...     yield claim("one more player", sp.Derivative(share, n), -V / n**2, "shares shrink")
    >>> equal_split["share"](V=10, n=4), equal_split["share"](V=10)
    (2.5, 10/n)
    """

    def made(declaration: Declaration) -> Mechanism:
        names = tuple(inspect.signature(declaration).parameters)
        title = declaration.__name__.replace("_", " ")
        if names != tuple(quantities):
            raise ValueError(f"{title}: the arguments {names} are not the quantities {tuple(quantities)}")
        summary = inspect.getdoc(declaration)
        if not summary:
            raise ValueError(f"{title} needs a docstring that says what it is")
        return Mechanism(title, kind, source, summary, MappingProxyType(quantities), declaration)

    return made
