r"""A family of bonding curves, declared once: a price in S and parameters; the rest follows or is given in closed form.

A declaration is a function. Its arguments are the symbols of supply S, quantity q and spend E and those of the
parameters, its docstring says what the family is, and it returns a `Shape`:

    @curve_family(
        source="Hertzog, Benartzi, Benartzi (2017), Bancor protocol",
        shown=(100, 20),
        c=given("currency/token^(n+1)", "scale", 0.001, "(0, inf)"),
        n=given("1", "power", 2, "[0, inf)"),
    )
    def power(S, q, E, c, n):
        '''A price that is a power of the supply.'''
        return Shape(price=c * S**n)

The family is called with values (numbers or symbols) and gives a `BondingCurve`: prices, costs, inverses and slippage
on numbers, arrays and symbols, LaTeX, a figure (`analytic.plot.curve`) and the derivation, in which `derive` checks
every closed form against the price. Reserve, increment and inverse that a declaration leaves out are looked for in
closed form, and had numerically where there is none. A file in `analytic/curves` is found without a list.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

import sympy as sp

from analytic.domain import Domain
from analytic.expression import exact
from analytic.fees import FeeOn, Fees
from analytic.forms import QUANTITY, SPEND, SUPPLY, Forms, expression, midpoint, require
from analytic.integral import Bounds
from analytic.mechanism import Claim, Given, claim, given

if TYPE_CHECKING:
    from analytic.curve import BondingCurve

__all__ = ["Claim", "CurveFamily", "Expr", "Many", "Shape", "claim", "curve_families", "curve_family", "given", "many"]

Expr: TypeAlias = Any
"""A SymPy expression; SymPy's operators carry no types."""

_MOST_TERMS = 12
"""Up to this degree a price that is a polynomial is integrated by its own exact rule."""


@dataclass(frozen=True)
class Many:
    """A parameter of which there are as many as the caller gives; see `many`."""

    letter: str
    each: Given
    examples: tuple[Any, ...]


def many(letter: str, unit: str, meaning: str, examples: Iterable[Any], domain: str = "[0, inf)") -> Many:
    """A list of parameters, which the declaration gets as a tuple of symbols.

    Parameters
    ----------
    letter : str
        The symbols are this letter with 0, 1, 2, ...
    unit, meaning : str
    examples : iterable of numbers
    domain : str
        Of each.

    Examples
    --------
    >>> many("c", "1", "coefficients", (1, 2)).letter
    'c'
    """
    several = tuple(examples)
    return Many(letter, given(unit, meaning, several[0], domain), several)


@dataclass(frozen=True)
class Shape:
    """What a declaration returns; all but the price may be left out.

    Parameters
    ----------
    price : sympy.Expr
        In S and the parameters.
    reserve, increment, inverse : sympy.Expr, optional
        R(S); R(S + q) - R(S); the q whose increment is E.
    steady_increment, steady_inverse : sympy.Expr, optional
        The same values where the paper's form overflows or cancels. A `Piecewise` of two long branches is computed
        branch by branch.
    supply : pair
        The domain of S; the reserve is 0 at its lower end.
    claims : tuple of Claim
        Further steps of the derivation, in S, q, E and the parameters.
    conditions : tuple of (str, sympy.Expr, str)
        A parameter, the relation that must hold, and how a refusal says so.
    sampled : bool
        Whether the price may be negative within the parameters' domains, and is to be looked at.
    ranges : mapping of sympy.Symbol to pair of float
        Where the derivation draws random parameters, when their domains alone do not keep the conditions.
    """

    price: Expr
    reserve: Expr = None
    increment: Expr = None
    inverse: Expr = None
    steady_increment: Expr = None
    steady_inverse: Expr = None
    supply: tuple[Any, Any] = (sp.S.Zero, sp.oo)
    claims: tuple[Claim, ...] = ()
    conditions: tuple[tuple[str, Expr, str], ...] = ()
    sampled: bool = False
    ranges: Mapping[sp.Symbol, tuple[float, float]] = field(default_factory=dict)


Declaration: TypeAlias = Callable[..., Shape]


@dataclass(frozen=True, eq=False)
class CurveFamily:
    """Curves of one shape; made by `curve_family`, called with values.

    Parameters
    ----------
    name, source, summary : str
    declared : mapping of str to Given or Many
        The parameters.
    shown : pair of float
        Up to which supply its figure goes [token], and a trade of how many tokens it shows.
    declaration : callable

    Examples
    --------
    >>> from analytic.curves import power
    >>> power(c=0.001, n=2).price(100), list(power.declared)
    (10.0, ['c', 'n'])
    """

    name: str
    source: str
    summary: str
    declared: Mapping[str, Given | Many]
    shown: tuple[float, float]
    declaration: Declaration = field(repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        return _named_in, (self.declaration.__module__, self.name)

    def __call__(
        self, *, fee: Any = 0, buy_fee: Any = None, sell_fee: Any = None, fee_on: FeeOn = "curve", **values: Any
    ) -> BondingCurve:
        """The curve with these parameters.

        Parameters
        ----------
        fee : number or sympy.Expr
            Fee rate of a direction that has none of its own.
        buy_fee, sell_fee : number or sympy.Expr, optional
        fee_on : {"curve", "payment"}
        **values : number, sympy.Expr, or a list of them for a parameter of which there are many

        Raises
        ------
        TypeError
            When a parameter is missing or unknown.
        ValueError
            When a value is outside its domain.
        """
        self._check_names(values)
        flat = self._flat(values)
        return self._curve(flat, Fees.of(fee, buy_fee, sell_fee, fee_on))

    def _curve(self, flat: Mapping[str, sp.Expr], fees: Fees) -> BondingCurve:
        from analytic.curve import BondingCurve

        forms, supply = self.bound(flat)
        return BondingCurve(self.name, forms, fees, supply, self)

    @property
    def headline(self) -> str:
        """The first sentence of its summary."""
        return self.summary.split("\n\n")[0].replace("\n", " ")

    def symbolic(self, **fees: Any) -> BondingCurve:
        """The curve in the family's own symbols, for its formulas and derivation.

        Examples
        --------
        >>> from analytic.curves import exponential
        >>> exponential.symbolic().price_expression
        a*exp(S*k)
        """
        lengths = tuple(len(each.examples) for each in self.declared.values() if isinstance(each, Many))
        values: dict[str, Any] = {**self.symbols(lengths), **fees}
        return self(**values)

    def example(self, **fees: Any) -> BondingCurve:
        """The curve at the example values, for a figure."""
        values: dict[str, Any] = {**self.examples, **fees}
        return self(**values)

    @property
    def examples(self) -> dict[str, Any]:
        """A typical value of each parameter."""
        return {n: each.examples if isinstance(each, Many) else each.example for n, each in self.declared.items()}

    def bound(self, flat: Mapping[str, sp.Expr]) -> tuple[Forms, Bounds]:
        """Formulas and domain at values given one by one (c0, c1, ... where there are many), checked."""
        return self._bound(tuple(flat.items()))

    @lru_cache(maxsize=256)  # noqa: B019  (families live as long as the programme)
    def _bound(self, items: tuple[tuple[str, sp.Expr], ...]) -> tuple[Forms, Bounds]:
        flat = dict(items)
        lengths = self._lengths(flat)
        shape, template = self._template(lengths)
        values = {symbol: flat[str(symbol)] for symbol in self._in_a_row(lengths)}
        for symbol, value in values.items():
            domain = self._given(str(symbol)).domain
            require(str(symbol), value, domain.refuses(value), _allowed(domain))
        for name, relation, allowed in shape.conditions:
            require(name, flat[name], relation.xreplace(values) == sp.false, allowed)
        formulas = [None if one is None else one.xreplace(values) for one in template[1:]]
        forms = Forms(tuple(flat.items()), *formulas)
        low, high = (sp.sympify(end, strict=True).xreplace(values) for end in shape.supply)
        return _sharpened(forms), (low, high)

    def shape(self, flat: Mapping[str, sp.Expr]) -> tuple[Shape, dict[sp.Symbol, sp.Expr]]:
        """The declaration, and what its symbols stand for."""
        lengths = self._lengths(flat)
        return self._template(lengths)[0], {symbol: flat[str(symbol)] for symbol in self._in_a_row(lengths)}

    def domain_of(self, name: str) -> Domain:
        """The domain of one parameter; c0, c1, ... where there are many."""
        return self._given(name).domain

    def symbols(self, lengths: tuple[int, ...] = ()) -> dict[str, Any]:
        """The symbol of each parameter, a tuple of them where there are many."""
        sizes, found = iter(lengths), {}
        for name, each in self.declared.items():
            if isinstance(each, Many):
                found[name] = tuple(
                    sp.Symbol(f"{each.letter}{i}", **each.each.domain.assumptions) for i in range(next(sizes))
                )
            else:
                found[name] = sp.Symbol(name, **each.domain.assumptions)
        return found

    @lru_cache(maxsize=64)  # noqa: B019  (families live as long as the programme)
    def _template(self, lengths: tuple[int, ...]) -> tuple[Shape, Forms]:
        """The declaration in its own symbols, with the closed forms that it leaves out."""
        shape = self.declaration(SUPPLY, QUANTITY, SPEND, *self.symbols(lengths).values())
        low, high = (sp.sympify(end, strict=True) for end in shape.supply)
        if shape.reserve is None:
            found = expression(shape.price, (low, high))
        else:
            rise = shape.reserve.xreplace({SUPPLY: SUPPLY + QUANTITY}) - shape.reserve
            found = Forms((), shape.price, shape.reserve, rise, None, None, None)
        stated = {
            "increment": shape.increment,
            "inverse": shape.inverse,
            "steady_increment": shape.steady_increment,
            "steady_inverse": shape.steady_inverse,
        }
        return shape, found._replace(**{name: form for name, form in stated.items() if form is not None})

    def _in_a_row(self, lengths: tuple[int, ...]) -> list[sp.Symbol]:
        rows = self.symbols(lengths).values()
        return [symbol for row in rows for symbol in (row if isinstance(row, tuple) else (row,))]

    def _lengths(self, flat: Mapping[str, Any]) -> tuple[int, ...]:
        letters = [each.letter for each in self.declared.values() if isinstance(each, Many)]
        return tuple(sum(n.startswith(letter) and n[len(letter) :].isdigit() for n in flat) for letter in letters)

    def _given(self, name: str) -> Given:
        found = self.declared.get(name)
        if isinstance(found, Given):
            return found
        return next(e.each for e in self.declared.values() if isinstance(e, Many) and name.startswith(e.letter))

    def _flat(self, values: Mapping[str, Any]) -> dict[str, sp.Expr]:
        flat: dict[str, sp.Expr] = {}
        for name, each in self.declared.items():
            if isinstance(each, Many):
                several = values[name]
                if isinstance(several, str) or not isinstance(several, Iterable) or not len(tuple(several)):
                    raise ValueError(f"{name} is a list of at least one {each.each.meaning}, got {several!r:.60}")
                flat |= {f"{each.letter}{i}": exact(value) for i, value in enumerate(several)}
            else:
                flat[name] = exact(values[name])
        return flat

    def _check_names(self, values: Mapping[str, Any]) -> None:
        for name in values:
            if name not in self.declared:
                near = difflib.get_close_matches(name, self.declared) or list(self.declared)
                raise TypeError(f"the {self.name} curve has no parameter {name!r}; it has {', '.join(near)}")
        missing = [name for name in self.declared if name not in values]
        if missing:
            wanted = ", ".join(self.declared)
            raise TypeError(f"the {self.name} curve needs {wanted}: {', '.join(missing)} is missing")


def curve_family(
    *, source: str, shown: tuple[float, float] = (100, 20), **declared: Given | Many
) -> Callable[[Declaration], CurveFamily]:
    """Make a family of a function that returns its `Shape`; the arguments after S, q, E are the parameters, in order.

    Parameters
    ----------
    source : str
        The paper.
    shown : pair of float
    **declared : Given or Many

    Raises
    ------
    ValueError
        When the function's arguments are not S, q, E and the parameters, or it has no docstring.

    Examples
    --------
    >>> @curve_family(source="folklore", a=given("currency/token", "price", 2, "(0, inf)"))
    ... def flat(S, q, E, a):
    ...     '''One price for all.'''
    ...     return Shape(price=a)
    >>> flat(a=3).cost(10, 5), flat(a=3).mint(10, 15)
    (15.0, 5.0)
    """

    def made(declaration: Declaration) -> CurveFamily:
        name = declaration.__name__
        arguments = tuple(inspect.signature(declaration).parameters)
        if arguments != ("S", "q", "E", *declared):
            raise ValueError(f"{name}: its arguments are S, q, E, {', '.join(declared)}, not {', '.join(arguments)}")
        summary = inspect.getdoc(declaration)
        if not summary:
            raise ValueError(f"{name} needs a docstring that says what it is")
        return CurveFamily(name, source, summary, MappingProxyType(declared), shown, declaration)

    return made


def curve_families() -> dict[str, CurveFamily]:
    """Every family in `analytic.curves`, by name.

    Examples
    --------
    >>> "bancor" in curve_families()
    True
    """
    from analytic.gathering import gathered

    import_module("analytic.curves")
    entries = gathered("analytic.curves").values()
    return {each.name: each for each in entries if isinstance(each, CurveFamily)}


def _sharpened(forms: Forms) -> Forms:
    """With the exact rule for polynomials in place of a form with powers of other kinds."""
    price = forms.price
    if not price.is_polynomial(SUPPLY) or (
        forms.steady_increment is not None and forms.steady_increment.is_polynomial(SUPPLY, QUANTITY)
    ):
        return forms
    if price.has(sp.Piecewise) or sp.degree(price, SUPPLY) > _MOST_TERMS:
        return forms
    return forms._replace(steady_increment=midpoint(price))


def _allowed(domain: Domain) -> str:
    if domain.low == 0 and domain.high == float("inf"):
        return ">= 0" if domain.closed_low else "> 0"
    return f"in {domain}"


def _named_in(module: str, name: str) -> Any:
    return getattr(import_module(module), name)
