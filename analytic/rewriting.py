r"""From a formula as a paper prints it to one of the same value as it should be computed.

    sum          C e^u - C = C expm1(u),  C f(u) - C f(v) = C (f(u) - f(v)) as one of `analytic.differences`,
                 1 - 1/(1 + e^u) = 1/(1 + e^-u),  cosh u - 1 = 2 sinh^2(u/2),
                 sqrt(A) - B = (A - B^2) / (sqrt(A) + B) where B > 0; a rational sum as one fraction, if the terms
                 of its numerator then have one sign
    logarithm    log(1 + e^u) = softplus(u),  log(1 + x) = log1p(x),  log(e^a + e^b + ...) = logaddexp(a, b, ...)
    fraction     e^v / (c e^v + d e^w) = 1 / (c + d e^{w-v}),  and with m = max(v, w) divided by e^m in general,
                 so that a ratio of exponentials is finite wherever its value is

The rules go from the leaves to the root. They change no value on the real domain, only what overflows and cancels.

References
----------
Blanchard, Higham, Higham (2021), "Accurately computing the log-sum-exp and softmax functions", IMA J. Numer. Anal.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy as sp

from analytic.differences import (
    exp_difference,
    log_difference,
    power_difference,
    root_difference,
    softplus_difference,
)
from analytic.special import expm1, log1p, logaddexp, logexpm1, logistic, softplus

__all__ = ["stable"]

_MOST_TERMS = 40


def stable(expression: sp.Basic) -> sp.Basic:
    """Put safe functions where elementary patterns would overflow or cancel.

    Parameters
    ----------
    expression : sympy.Basic

    Returns
    -------
    sympy.Basic
        An expression of the same value.

    Examples
    --------
    >>> import sympy as sp
    >>> x, y = sp.symbols("x y", real=True)
    >>> stable(3 * sp.exp(x) - 3 + sp.log(1 + sp.exp(2 * x)))
    3*expm1(x) + softplus(2*x)
    >>> stable(sp.exp(x) / (sp.exp(x) + sp.exp(y)))
    logistic(x - y)
    """
    if not expression.has(sp.exp, sp.log, sp.Pow, sp.cosh, softplus, logistic):
        return expression
    shrunk = expression.replace(lambda e: isinstance(e, sp.Mul), _ratio)
    return shrunk.replace(lambda e: isinstance(e, (sp.Add, sp.log, sp.Pow)), _node)


def _node(node: sp.Expr) -> sp.Expr:
    if isinstance(node, sp.Add):
        return _sum(node) if len(node.args) <= _MOST_TERMS else node
    if isinstance(node, sp.log):
        return _logarithm(node)
    power = _exponent_beside_one(node.base)
    return logistic(-power) ** (-node.exp) if power is not None and node.exp.is_number else node


def _exponent_beside_one(expression: sp.Expr) -> sp.Expr | None:
    """The exponent u of an expression 1 + e^u."""
    if isinstance(expression, sp.Add) and len(expression.args) == 2 and sp.S.One in expression.args:
        other = expression - 1
        return other.args[0] if isinstance(other, sp.exp) else None
    return None


def _logarithm(node: sp.Expr) -> sp.Expr:
    inside = node.args[0]
    base, power = inside.as_base_exp()
    if isinstance(base, logistic):
        return -power * softplus(-base.args[0])
    if isinstance(inside, expm1):
        return logexpm1(inside.args[0])
    powers = _exponents(inside) if isinstance(inside, sp.Add) else None
    if powers is not None:
        return softplus(powers[1]) if powers[0] == 0 and len(powers) == 2 else _folded(powers)
    beside_one = _beside_one(inside)
    return node if beside_one is None else log1p(beside_one)


def _folded(powers: list[sp.Expr]) -> sp.Expr:
    total = powers[0]
    for power in powers[1:]:
        total = logaddexp(total, power)
    return total


def _exponents(total: sp.Add) -> list[sp.Expr] | None:
    """The u_i of a sum of e^{u_i} with at least one true exponential; coefficients that are positive go up."""
    powers = []
    for term in total.args:
        coefficient, power = _exponential(term)
        if not coefficient.is_positive or (power == 0 and coefficient.free_symbols):
            return None
        powers.append(power + sp.log(coefficient))
    found = sum(_exponential(term)[1] != 0 for term in total.args)
    return sorted(powers, key=lambda u: (u != 0, sp.default_sort_key(u))) if found else None


def _exponential(term: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """C and u of a term C e^u."""
    factors = sp.Mul.make_args(term)
    powers = [one for one in factors if isinstance(one, sp.exp)]
    rest = sp.Mul(*(one for one in factors if not isinstance(one, sp.exp)))
    return rest, sp.Add(*(one.args[0] for one in powers))


def _beside_one(inside: sp.Expr) -> sp.Expr | None:
    """The x of an expression 1 + x, where x is no longer than the expression."""
    if not inside.free_symbols or inside.is_Symbol:
        return None
    for form in (inside, _spread(inside)):
        if isinstance(form, sp.Add) and sp.S.One in form.args:
            return form - 1
    return None


def _spread(expression: sp.Expr) -> sp.Expr:
    small = isinstance(expression, (sp.Mul, sp.Add)) and expression.count_ops() <= 30
    return sp.expand(expression, deep=False) if small else expression


# Differences --------------------------------------------------------------------------------------------------------


def _sum(node: sp.Add) -> sp.Expr:
    for rule in (_one_fraction, _conjugate, _differences):
        found = rule(node)
        if found != node:
            return found
    return node


def _signs(total: sp.Expr) -> set[bool]:
    return {term.could_extract_minus_sign() for term in sp.Add.make_args(total)}


def _one_fraction(node: sp.Add) -> sp.Expr:
    """A rational sum of both signs whose numerator, multiplied out, has one sign."""
    compound = any(isinstance(one, sp.Add) for one in node.atoms(sp.Add) - {node})
    if not compound or len(_signs(node)) < 2 or node.count_ops() > 40 or not node.is_rational_function():
        return node
    if sum(abs(one.exp) for one in node.atoms(sp.Pow)) > 12:
        return node
    above, below = sp.fraction(sp.together(node))
    above = sp.expand(above)
    return sp.factor_terms(above) / below if len(_signs(above)) == 1 else node


def _conjugate(node: sp.Add) -> sp.Expr:
    """C (sqrt(A) - B) where A - B^2 is shorter than A."""
    for term in node.args:
        coefficient, root = _root(term)
        if root is None:
            continue
        other = sp.Add(*(_spread(-one / coefficient) for one in node.args if one != term))
        if other.has(sp.sqrt(root)) or not other.free_symbols or other.count_ops() > 20:
            continue
        left = sp.expand(root - other**2)
        if len(sp.Add.make_args(left)) < len(sp.Add.make_args(sp.expand(root))):
            return coefficient * root_difference(root, other, left)
    return node


def _root(term: sp.Expr) -> tuple[sp.Expr, sp.Expr | None]:
    roots = [one for one in sp.Mul.make_args(term) if isinstance(one, sp.Pow) and one.exp == sp.S.Half]
    return (term / roots[0], roots[0].base) if len(roots) == 1 else (term, None)


def _differences(node: sp.Add) -> sp.Expr:
    """Pair off terms C f(u) and -C f(v) of a sum."""
    terms = list(node.args)
    done: list[sp.Expr] = []
    while terms:
        first = terms.pop(0)
        pair = next(((other, both) for other in terms if (both := _paired(first, other)) is not None), None)
        if pair is None:
            done.append(first)
        else:
            terms.remove(pair[0])
            done.append(pair[1])
    return sp.Add(*done) if len(done) < len(node.args) else node


def _paired(first: sp.Expr, second: sp.Expr) -> sp.Expr | None:
    for coefficient, f in _splits(first):
        for opposite, g in _splits(second):
            if coefficient == -opposite and (f != 1 or g != 1):
                found = _difference(f, g)
                if found is None:
                    found = _difference(g, f)
                    coefficient = opposite
                if found is not None:
                    return coefficient * found
    return None


def _splits(term: sp.Expr) -> Iterator[tuple[sp.Expr, sp.Expr]]:
    """Every way to read a term as C f: f one of its functions and powers, or 1."""
    factors = sp.Mul.make_args(term)
    for factor in factors:
        if isinstance(factor, (sp.exp, sp.log, log1p, softplus, logistic, sp.cosh)) or (
            isinstance(factor, sp.Pow) and not factor.base.is_number
        ):
            yield sp.Mul(*(one for one in factors if one is not factor)), factor
    powers = [one for one in factors if isinstance(one, sp.Pow) and not one.exp.is_Integer and one.base.free_symbols]
    if len(powers) > 1:  # (x / y)^r, which SymPy takes apart
        joined = sp.powsimp(sp.Mul(*powers), combine="base")
        if isinstance(joined, sp.Pow):
            yield sp.Mul(*(one for one in factors if one not in powers)), joined
    yield term, sp.S.One


def _difference(f: sp.Expr, g: sp.Expr) -> sp.Expr | None:
    """F - g without cancellation, if it is one of ours in this order."""
    if isinstance(f, sp.exp):
        return _of_exponentials(f, g)
    if isinstance(f, sp.log) and isinstance(g, sp.log):
        u, v = f.args[0], g.args[0]
        return log_difference(u, v, _less(u, v))
    if isinstance(f, log1p) and isinstance(g, (log1p, sp.log)):
        u, v = 1 + f.args[0], g.args[0] + int(isinstance(g, log1p))
        return log_difference(u, v, _less(u, v))
    if isinstance(f, softplus) and isinstance(g, softplus):
        return softplus_difference(f.args[0], g.args[0], _less(f.args[0], g.args[0]))
    if isinstance(f, logistic) and g == 1:
        return -logistic(-f.args[0])
    if isinstance(f, sp.cosh) and g == 1:
        return 2 * sp.sinh(f.args[0] / 2) ** 2
    if isinstance(f, sp.Pow):
        return _of_powers(f, g)
    return None


def _of_exponentials(f: sp.Expr, g: sp.Expr) -> sp.Expr | None:
    if g == 1:
        return expm1(f.args[0])
    return exp_difference(f.args[0], g.args[0], _less(f.args[0], g.args[0])) if isinstance(g, sp.exp) else None


def _of_powers(f: sp.Pow, g: sp.Expr) -> sp.Expr | None:
    u, p = f.base, f.exp
    v = g.base if isinstance(g, sp.Pow) and g.exp == p else sp.S.One if g == 1 else None
    if v is None or u == v:
        return None
    if p.is_number and u.is_Symbol and (v == 1 or v.is_Symbol):
        return None
    return power_difference(u, v, _less(u, v), p)


def _less(u: sp.Expr, v: sp.Expr) -> sp.Expr:
    """U - v, its like terms cancelled, written short."""
    plain = u - v
    spread = _spread(sp.Add(*(_spread(one) for one in sp.Add.make_args(plain))))
    if spread.count_ops() <= 30 and spread.is_rational_function() and len(_signs(spread)) > 1:
        spread = _one_fraction(spread) if isinstance(spread, sp.Add) else spread
    return sp.factor_terms(spread) if spread.count_ops() <= plain.count_ops() else plain


# Ratios -------------------------------------------------------------------------------------------------------------


def _ratio(node: sp.Mul) -> sp.Expr:
    """Divide the numerator and the denominator of a ratio of exponentials by the largest of them."""
    plain = _cancelled(node)
    if not isinstance(plain, sp.Mul):
        return plain
    node, factors = plain, list(plain.args)
    for place, factor in enumerate(factors):
        if not (isinstance(factor, sp.Pow) and factor.exp.is_negative and isinstance(factor.base, sp.Add)):
            continue
        below = [_exponential(term) for term in factor.base.args]
        rest = factors[:place] + factors[place + 1 :]
        above = next((i for i, one in enumerate(rest) if _holds_exponentials(one)), None)
        if above is None or all(power == 0 for _, power in below) or len(below) > _MOST_TERMS:
            continue
        if any(c.could_extract_minus_sign() for c, _ in below):  # 1 - e^u: kept for expm1
            continue
        order = -factor.exp
        shift = _shift(rest[above], [power for _, power in below], order)
        under = sp.Add(*(c * sp.exp(_less(power, shift)) for c, power in below))
        over = sp.Add(
            *(c * sp.exp(_less(v, shift * order)) for c, v in map(_exponential, sp.Add.make_args(rest[above])))
        )
        return sp.Mul(*(one for i, one in enumerate(rest) if i != above), over, under**-order)
    return node


def _cancelled(node: sp.Mul) -> sp.Expr:
    """e^-v (A e^v + B e^w) = A + B e^{w-v}."""
    lone = next((one for one in node.args if isinstance(one, sp.exp)), None)
    total = next((one for one in node.args if isinstance(one, sp.Add)), None)
    if lone is None or total is None or len(total.args) > _MOST_TERMS:
        return node
    parts = [(c, sp.expand(v + lone.args[0])) for c, v in map(_exponential, total.args)]
    if all(v != 0 for _, v in parts):
        return node
    rest = (one for one in node.args if one not in (lone, total))
    return sp.Mul(*rest, sp.Add(*(c * sp.exp(v) for c, v in parts)))


def _holds_exponentials(factor: sp.Expr) -> bool:
    return any(_exponential(term)[1] != 0 for term in sp.Add.make_args(factor))


def _shift(above: sp.Expr, below: list[sp.Expr], order: sp.Expr) -> sp.Expr:
    """The exponent to divide by: the numerator's own when it stands below too, else the largest below."""
    if isinstance(above, sp.exp) and any(sp.expand(above.args[0] - order * power) == 0 for power in below):
        return above.args[0] / order
    distinct = list(dict.fromkeys(below))
    return distinct[0] if len(distinct) == 1 else sp.Max(*distinct, evaluate=False)
