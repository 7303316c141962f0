r"""Exact expectations over what the others happen to draw.

In a population of N agents the supply that an agent meets is a sum of independent draws: each of the others
plays strategy s with probability x_s and then holds a_s tokens. Plugging the mean of that sum into a payoff
is right only where the payoff is linear; on curved prices it is an approximation, and a named one. Here the
expectation is exact:

* a payoff polynomial in the sum is averaged through the moments of a sum of n independent draws,

  .. math:: E\Big[\Big(\sum_{j=1}^n Y_j\Big)^k\Big]
            = \sum_{\pi} n^{\underline{|\pi|}} \prod_{B \in \pi} E[Y^{|B|}],

  the sum over the set partitions of k things, for any number of strategies and n a symbol;
* any other payoff of two strategies is averaged over the binomial law, term by term (a Bernstein polynomial).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from math import comb

import sympy as sp
from sympy.utilities.iterables import multiset_partitions

CONDITION = 1e5  # what cancellation may cost: five of sixteen digits
HIGHEST_DEGREE = 6  # 203 set partitions; beyond it the binomial sum is the better way


def moment_of_sum(power: int, draws: sp.Expr, moments: Callable[[int], sp.Expr]) -> sp.Expr:
    """E[(Y_1 + ... + Y_n)^power] for independent draws with the given moments.

    >>> n, p = sp.symbols("n p")
    >>> sp.factor(moment_of_sum(2, n, lambda k: p) - moment_of_sum(1, n, lambda k: p) ** 2)
    -n*p*(p - 1)
    """
    if power == 0:
        return sp.Integer(1)
    partitions = multiset_partitions(list(range(power)))
    return sp.Add(
        *(sp.ff(draws, len(blocks)) * sp.prod(moments(len(block)) for block in blocks) for blocks in partitions)
    )


def polynomial_in(expression: sp.Expr, variable: sp.Symbol) -> sp.Poly | None:
    """The expression as a polynomial of moderate degree in the variable, or None when it is not one."""
    polynomial = expression.as_poly(variable)
    if polynomial is None or polynomial.degree() > HIGHEST_DEGREE:
        return None
    return polynomial


def over_population(
    payoff: sp.Expr,
    total: sp.Symbol,
    *,
    amounts: Sequence[sp.Expr],
    shares: Sequence[sp.Symbol],
    draws: sp.Expr,
) -> sp.Expr:
    """The expected payoff when `total` is the sum of `draws` independent amounts.

    Parameters
    ----------
    payoff : expression
        In `total` and parameters.
    total : symbol
        The others' sum.
    amounts, shares : sequences
        What each strategy adds, and how often it is drawn.
    draws : expression
        How many others there are.

    Raises
    ------
    ValueError
        For a payoff that is no polynomial when there are more than two strategies, or when the number of
        draws is still a symbol.

    Examples
    --------
    >>> S, x, y = sp.symbols("S x y")
    >>> sp.expand(over_population(1 - S / 50, S, amounts=(1, 0), shares=(x, y), draws=sp.Integer(99)))
    1 - 99*x/50
    """
    if not payoff.has(total):
        return payoff
    polynomial = polynomial_in(payoff, total)
    if polynomial is not None:

        def moments(k: int) -> sp.Expr:
            return sp.Add(
                *(share * sp.sympify(amount, strict=True) ** k for share, amount in zip(shares, amounts, strict=True))
            )

        return sp.Add(
            *(coefficient * moment_of_sum(power, draws, moments) for (power,), coefficient in polynomial.terms())
        )
    number = binomial_draws(payoff, amounts, draws)
    first, second = amounts
    values = [payoff.subs(total, j * first + (number - j) * second) for j in range(number + 1)]
    return bernstein(values, shares[0])


def over_queue(
    payoff: sp.Expr,
    total: sp.Symbol,
    *,
    amounts: Sequence[sp.Expr],
    shares: Sequence[sp.Symbol],
    draws: sp.Expr,
) -> sp.Expr:
    """The expected payoff when all move once in random order and `total` is what those before me have added.

    My place is uniform on 0 .. draws. Arguments, errors: as in `over_population`.

    Examples
    --------
    >>> S, x, y = sp.symbols("S x y")
    >>> sp.expand(over_queue(S, S, amounts=(1, 0), shares=(x, y), draws=sp.Integer(99)))
    99*x/2
    """
    if not payoff.has(total):
        return payoff
    polynomial = polynomial_in(payoff, total)
    if polynomial is not None:
        place = sp.Symbol("place", integer=True, nonnegative=True)
        given = over_population(payoff, total, amounts=amounts, shares=shares, draws=place)
        summed = sp.summation(sp.expand(given), (place, 0, draws))
        return sp.simplify(summed / (draws + 1))
    number = binomial_draws(payoff, amounts, draws)
    first, second = amounts
    if sp.sympify(second, strict=True) == 0:
        running, values = sp.Integer(0), []
        for j in range(number + 1):
            running += payoff.subs(total, j * first)
            values.append(running / (j + 1))
        return bernstein(values, shares[0])
    places = (
        over_population(payoff, total, amounts=amounts, shares=shares, draws=sp.Integer(j)) for j in range(number + 1)
    )
    return sp.Add(*places) / (number + 1)


def binomial_draws(payoff: sp.Expr, amounts: Sequence[sp.Expr], draws: sp.Expr) -> int:
    """The number of draws as an integer, when the binomial sum can be taken."""
    if len(amounts) != 2:
        raise ValueError(
            f"the payoff {sp.sstr(payoff)[:80]} is no polynomial of degree <= {HIGHEST_DEGREE} in the "
            f"others' total: an exact expectation needs two strategies, not {len(amounts)}"
        )
    if not sp.sympify(draws, strict=True).is_Integer:
        raise ValueError(
            f"the number of agents must be a whole number before {sp.sstr(payoff)[:80]} can be averaged, "
            f"not {draws} + 1"
        )
    return int(draws)


def bernstein(values: Sequence[sp.Expr], share: sp.Symbol) -> sp.Expr:
    """The sum of ``binomial(n, j) x^j (1 - x)^(n - j) values[j]``, in the form that is quick and safe to work with.

    Its coefficients in powers of x are binomial(n, k) times the k-th forward difference of the values. Where they are
    moderate (smooth values) the sum is given in powers, which solvers read at once; where they would cancel in floats
    it stays a Bernstein sum.

    >>> x = sp.Symbol("x")
    >>> bernstein([sp.Integer(0), sp.Integer(1), sp.Integer(4)], x)
    2*x**2 + 2*x
    """
    n = len(values) - 1
    if all(value.is_Rational for value in values):
        powers = power_coefficients([Fraction(int(value.p), int(value.q)) for value in values])
        largest = max(abs(float(value)) for value in values)
        if sum(abs(float(c)) for c in powers) <= CONDITION * largest:
            return sp.Add(*(sp.Rational(c.numerator, c.denominator) * share**k for k, c in enumerate(powers)))
    return sp.Add(*(comb(n, j) * value * share**j * (1 - share) ** (n - j) for j, value in enumerate(values)))


def power_coefficients(values: Sequence[Fraction]) -> list[Fraction]:
    """Coefficients in powers of x of the Bernstein polynomial of the values.

    >>> power_coefficients([Fraction(1), Fraction(1), Fraction(1)])
    [Fraction(1, 1), Fraction(0, 1), Fraction(0, 1)]
    """
    n, row, coefficients = len(values) - 1, list(values), []
    for k in range(n + 1):
        coefficients.append(comb(n, k) * row[0])
        row = [after - before for before, after in pairwise(row)]
    return coefficients
