r"""Equations in powers of a positive unknown, with exponents that are rational or symbols.

Spread over powers of x, an expression is :math:`\sum_i c_i x^{e_i}`. With two terms its positive root is

.. math:: x = (-c_2 / c_1)^{1/(e_1 - e_2)} ;

with more, and exponents that differ by whole multiples of one d, it is a polynomial in :math:`z = x^d`.
"""

from __future__ import annotations

from collections.abc import Mapping

import sympy as sp

SHORT = 60  # operations up to which common factors of a root are sought
DEGREE = 4  # of a polynomial that is still solved in closed form


def power_terms(expression: sp.Expr, x: sp.Symbol) -> Mapping[sp.Expr, sp.Expr]:
    """The coefficient of each power of a positive x, the denominator cleared.

    Parameters
    ----------
    expression : sympy.Expr
    x : sympy.Symbol
        Positive; so is what stands beside it in a power.

    Returns
    -------
    mapping from exponent to coefficient

    Raises
    ------
    ValueError
        When the expression is not a sum of powers of x over such a sum.

    Examples
    --------
    >>> x, g = sp.symbols("x gamma", positive=True)
    >>> power_terms((2 * x) ** g / x - 3, x)
    {1: -3, gamma: 2**gamma}
    """
    terms, roots = _terms(expression, x)
    return {exponent: sp.factor(part).xreplace(roots) for exponent, part in terms.items()}


def _terms(expression: sp.Expr, x: sp.Symbol) -> tuple[dict[sp.Expr, sp.Expr], dict[sp.Expr, sp.Expr]]:
    """The terms with each root as a symbol, and what these symbols stand for."""
    plain, roots = rational_form(_spread(sp.powdenest(expression, force=True)), x)
    terms: dict[sp.Expr, sp.Expr] = {}
    for term in sp.Add.make_args(sp.expand(sp.fraction(sp.together(plain))[0])):
        rest, power = term.as_independent(x, as_Add=False)
        exponent = sp.expand(sp.Add(*(_exponent(factor, x) for factor in sp.Mul.make_args(power))))
        terms[exponent] = terms.get(exponent, sp.S.Zero) + rest
    return {each: part for each, part in terms.items() if sp.expand(part) != 0}, roots


def _spread(expression: sp.Expr) -> sp.Expr:
    """Powers of products and of powers as products of powers: all bases are positive."""
    spread = sp.expand_power_base(expression, force=True)
    flat = spread.replace(
        lambda part: part.is_Pow and part.base.is_Pow,
        lambda part: part.base.base ** sp.factor(part.base.exp * part.exp),
    )
    return expression if flat == expression else _spread(flat)


def rational_form(expression: sp.Expr, x: sp.Symbol) -> tuple[sp.Expr, dict[sp.Expr, sp.Expr]]:
    """The expression with each root of something else than x as a symbol of its own, and what these stand for.

    >>> x, n = sp.symbols("x n", positive=True)
    >>> form, roots = rational_form((n + 1) ** sp.Rational(3, 2) * x, x)
    >>> form.is_rational_function(), list(roots.values())
    (True, [sqrt(n + 1)])
    """
    found = {p for p in expression.atoms(sp.Pow) if not p.exp.is_Integer and not p.has(x)}
    parts: dict[sp.Expr, list[sp.Expr]] = {}
    for power in found:
        parts.setdefault(sp.factor(power.base), []).append(power)
    plain, roots = {}, {}
    for base, powers in parts.items():
        shares: dict[sp.Expr, list[sp.Rational]] = {}
        split = {power: [each.as_coeff_Mul() for each in sp.Add.make_args(sp.expand(power.exp))] for power in powers}
        for pairs in split.values():
            for share, kind in pairs:
                shares.setdefault(kind, []).append(share)
        names = {}
        for kind, each in shares.items():
            unit = kind / sp.ilcm(1, *(share.q for share in each))
            names[kind] = sp.Dummy("root", positive=True), unit
            roots[names[kind][0]] = base**unit
        for power, pairs in split.items():
            plain[power] = sp.Mul(
                *(
                    base**share if kind == 1 and share.is_Integer else names[kind][0] ** (share * kind / names[kind][1])
                    for share, kind in pairs
                )
            )
    return expression.xreplace(plain), roots


def _exponent(factor: sp.Expr, x: sp.Symbol) -> sp.Expr:
    """The exponent of a power of x."""
    if factor == 1:
        return sp.S.Zero
    base, exponent = factor.as_base_exp()
    if base != x or exponent.has(x):
        raise ValueError(f"{factor} is no power of {x}")
    return exponent


def power_roots(expression: sp.Expr, x: sp.Symbol) -> tuple[sp.Expr, ...]:
    """The positive roots of a sum of powers, in closed form; those that may be negative or complex are left out.

    Parameters
    ----------
    expression : sympy.Expr
    x : sympy.Symbol
        Positive.

    Returns
    -------
    tuple of sympy.Expr
        Empty when the expression has no positive root.

    Raises
    ------
    ValueError
        When the expression is no sum of powers, or one that has no root in closed form.

    Examples
    --------
    >>> x, g, c = sp.symbols("x gamma c", positive=True)
    >>> power_roots(x**g / x - c, x)
    (c**(1/(gamma - 1)),)
    >>> power_roots(x - 3 * sp.sqrt(x) + 2, x)
    (1, 4)
    """
    terms, roots = _terms(expression, x)
    if len(terms) < 2:
        return ()
    if len(terms) == 2:
        (first, one), (second, other) = terms.items()
        return _root(sp.factor(-other / one).xreplace(roots), sp.factor(1 / (first - second)))
    polynomial = _polynomial(terms, x)
    if polynomial is None:
        raise ValueError(f"{len(terms)} powers of {x} whose exponents have no common step: no closed form")
    z, form, unit = polynomial
    solved = sp.roots(form, z)
    if sum(solved.values()) < sp.degree(form, z):
        raise ValueError(f"a polynomial of degree {sp.degree(form, z)} in {x}: no closed form")
    found = [each for root in solved for each in _root(root.xreplace(roots), 1 / unit)]
    return tuple(sorted(found, key=sp.default_sort_key))


def _root(base: sp.Expr, exponent: sp.Expr) -> tuple[sp.Expr, ...]:
    """A power as one root, when its base may be positive."""
    if base.is_positive is False or base.is_real is False:
        return ()
    flat = sp.powsimp(sp.expand_power_base(sp.powdenest(base**exponent, force=True), force=True), combine="base")
    spread = sp.powdenest(sp.factor_terms(base), force=True) ** exponent
    tidy = sp.powdenest(sp.expand_power_base(spread, force=True), force=True)
    shortest = min((tidy, flat), key=lambda form: (form.count_ops(), str(form)))
    told = shortest.replace(_even_and_turned, lambda power: (-power.base) ** power.exp)
    told = told.replace(lambda p: p.is_Pow and p.exp.free_symbols, lambda p: p.base ** sp.factor(p.exp))
    above, below = sp.fraction(told)
    forms = [told, above / sp.expand(below), *([sp.cancel(told)] if told.count_ops() < SHORT else [])]
    if told.is_rational_function():
        forms.append(sp.factor(told))
    return (min(reversed(forms), key=sp.count_ops),)


def _even_and_turned(part: sp.Basic) -> bool:
    """Whether a part is an even power of something that begins with a minus: (1 - 2 n)**2 reads (2 n - 1)**2."""
    return bool(part.is_Pow and part.exp.is_even and part.base.is_Add and part.base.could_extract_minus_sign())


def _polynomial(terms: Mapping[sp.Expr, sp.Expr], x: sp.Symbol) -> tuple[sp.Symbol, sp.Expr, sp.Expr] | None:
    """The terms as a polynomial in z = x**d: z, the polynomial and d."""
    exponents = sorted(terms, key=sp.default_sort_key)
    for low in exponents:
        gaps = [sp.cancel(each - low) for each in exponents if each != low]
        for unit in [*gaps, *(gap / 2 for gap in gaps), *(gap / 3 for gap in gaps)]:
            degrees = [sp.cancel((each - low) / unit) for each in exponents]
            if all(degree.is_Integer and 0 <= degree <= DEGREE for degree in degrees):
                z = sp.Dummy("z", positive=True)
                form = sp.Add(*(terms[each] * z**degree for each, degree in zip(exponents, degrees, strict=True)))
                return z, form, unit
    return None
