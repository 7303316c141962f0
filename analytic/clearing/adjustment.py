r"""Rules by which a price moves with excess demand, and when they come to rest.

A rule P' = f(P) rests where f(P*) = P*. Near the rest a deviation is multiplied by f'(P*) in every step: it dies out
iff |f'(P*)| < 1. Price rules lose stability where the step is so long that f'(P*) = -1: the price overshoots for
ever.

    linear     P' = P + lambda (D - O)
    log        ln P' = ln P + lambda (D - O) / S
    capacity   P' = P (1 + kappa (D/C - 1)),  with D = W/P: a linear rule in disguise, solved exactly

References
----------
Samuelson (1941), Econometrica 9, 97-120; Uzawa (1960), Review of Economic Studies 27.
"""

from __future__ import annotations

import sympy as sp

from ..mechanism import Declared, Expr, claim, condition, declare, formula, given, sketch

__all__ = ["capacity_price_rule", "linear_tatonnement", "log_price_rule"]

_TIME = given("step", "time", 5, "integer [0, inf)")
_REST = "the rule leaves it where it is"
_MULTIPLIED = "a small deviation is multiplied by the slope of the rule"
_BOUND = "there a deviation changes its sign and keeps its size"


@declare(
    "clearing",
    source="Samuelson (1941), The stability of equilibrium, Econometrica 9, 97-120",
    a=given("token", "demand at price zero", 100, "real"),
    b=given("token^2/currency", "slope of demand", 2, "[0, inf)"),
    c=given("token", "supply at price zero", 10, "real"),
    d=given("token^2/currency", "slope of supply", 1, "[0, inf)"),
    lam=given("currency/token^2", "speed", 0.5, "(0, inf)", latex=r"\lambda"),
    P=given("currency/token", "price now", 20, "real"),
    P0=given("currency/token", "price at the start", 29, "real", latex="P_0"),
    t=_TIME,
)
def linear_tatonnement(a: Expr, b: Expr, c: Expr, d: Expr, lam: Expr, P: Expr, P0: Expr, t: Expr) -> Declared:
    """A price that rises in proportion to excess demand, in a market with demand a - b P and supply c + d P."""
    yield condition(b + d > 0, "demand or supply answers to the price")
    after = yield formula("step", P + lam * (a - b * P - c - d * P), "currency/token", "price one step later")
    rest = yield formula("rest", (a - c) / (b + d), "currency/token", "price at rest")
    factor = yield formula("multiplier", 1 - lam * (b + d), "1", "factor of a deviation in one step")
    bound = yield formula("bound", 2 / (b + d), "currency/token^2", "speed below which the price comes to rest")
    fastest = yield formula("one_step", 1 / (b + d), "currency/token^2", "speed that reaches the rest in one step")
    path = yield formula("path", rest + factor**t * (P0 - rest), "currency/token", "price after t steps")
    yield claim("rest", sp.Subs(after, P, rest), rest, _REST)
    yield claim("multiplier", sp.Derivative(after, P), factor, _MULTIPLIED)
    yield claim("bound", sp.Subs(factor, lam, bound), sp.Integer(-1), _BOUND)
    twice = after.subs(P, after)
    yield claim("period two at the bound", sp.Subs(twice, lam, bound), P, "every price comes back after two steps")
    yield claim("one step", sp.Subs(after, lam, fastest), rest, "Newton's method on a linear function")
    yield claim("path", sp.Subs(after, P, path), path.subs(t, t + 1), "the rule takes the path one step on")
    yield claim("start", sp.Subs(path, t, 0), P0, "the path starts where it should")
    yield sketch("path", over="t", low=0, high=15, lam=(0.2, 0.5, 0.64))


@declare(
    "clearing",
    source="derived; the rule is g in the state equation of the project's framework, with isoelastic demand and supply",
    A=given("token", "demand at price one", 100, "(0, inf)"),
    K=given("token", "supply at price one", 20, "(0, inf)"),
    eps=given("1", "elasticity of demand", 1, "[0, inf)", latex=r"\varepsilon"),
    eta=given("1", "elasticity of supply", 0.5, "[0, inf)", latex=r"\eta"),
    S=given("token", "quantity in which excess demand is measured", 100, "(0, inf)"),
    lam=given("1", "speed", 0.5, "(0, inf)", latex=r"\lambda"),
    P=given("currency/token", "price now", 1, "(0, inf)"),
)
def log_price_rule(A: Expr, K: Expr, eps: Expr, eta: Expr, S: Expr, lam: Expr, P: Expr) -> Declared:
    """A price whose logarithm rises with excess demand: ln P' = ln P + lambda (D - O) / S.

    Demand is D = A P^(-eps), supply is O = K P^eta. The price stays positive whatever the step.
    """
    yield condition(eps + eta > 0, "demand or supply answers to the price")
    excess = yield formula("excess", A * P**-eps - K * P**eta, "token", "excess demand")
    after = yield formula("step", P * sp.exp(lam * excess / S), "currency/token", "price one step later")
    rest = yield formula("rest", (A / K) ** (1 / (eps + eta)), "currency/token", "price at rest")
    traded = yield formula(
        "quantity", A ** (eta / (eps + eta)) * K ** (eps / (eps + eta)), "token", "quantity traded at rest"
    )
    factor = yield formula("multiplier", 1 - lam * (eps + eta) * traded / S, "1", "factor of a deviation in one step")
    bound = yield formula("bound", 2 * S / ((eps + eta) * traded), "1", "speed below which the price comes to rest")
    yield claim("rest", sp.Subs(excess, P, rest), sp.Integer(0), "demand is supply")
    yield claim("quantity", sp.Subs(K * P**eta, P, rest), traded, "supply at that price")
    yield claim("multiplier", sp.Subs(P * sp.Derivative(sp.log(after), P), P, rest), factor, _MULTIPLIED)
    yield claim("bound", sp.Subs(factor, lam, bound), sp.Integer(-1), _BOUND)
    yield sketch("step", over="P", low=1.5, high=6, lam=(0.5, 2, 5))


@declare(
    "clearing",
    source="derived; Uzawa (1960), Review of Economic Studies 27, 184-194, for the rule",
    W=given("currency", "weights of log utility together, the money spent", 8, "(0, inf)"),
    C=given("token", "capacity", 10, "(0, inf)"),
    kappa=given("1", "speed", 0.3, "(0, inf)", latex=r"\kappa"),
    p=given("currency/token", "price now", 2, "(0, inf)"),
    p0=given("currency/token", "price at the start", 2, "(0, inf)", latex="p_0"),
    t=_TIME,
)
def capacity_price_rule(W: Expr, C: Expr, kappa: Expr, p: Expr, p0: Expr, t: Expr) -> Declared:
    """A price that rises by the share by which demand exceeds a capacity: p' = p (1 + kappa (D/C - 1)).

    With log utilities demand is D = W/p, money spent is constant, and the rule is linear: its path is exact.
    """
    demand = yield formula("demand", W / p, "token", "demand")
    after = yield formula("step", p + kappa * (W / C - p), "currency/token", "price one step later")
    rest = yield formula("rest", W / C, "currency/token", "price at rest")
    factor = yield formula("multiplier", 1 - kappa, "1", "factor of a deviation in one step")
    bound = yield formula("bound", sp.Integer(2), "1", "speed below which the price comes to rest")
    path = yield formula("path", rest + factor**t * (p0 - rest), "currency/token", "price after t steps")
    yield claim("a linear rule", p * (1 + kappa * (demand / C - 1)), after, "the price times demand is the constant W")
    yield claim("rest", sp.Subs(after, p, rest), rest, _REST)
    yield claim("the capacity is sold", sp.Subs(demand, p, rest), C, "demand at rest")
    yield claim("multiplier", sp.Derivative(after, p), factor, _MULTIPLIED)
    yield claim("bound", sp.Subs(factor, kappa, bound), sp.Integer(-1), "stable for 0 < kappa < 2")
    twice = after.subs(p, after)
    yield claim("period two at the bound", sp.Subs(twice, kappa, bound), p, "every price comes back after two steps")
    e = sp.Symbol("e", positive=True)
    yield claim(
        "any demand",
        sp.Subs(sp.Derivative(p * (1 + kappa * ((rest / p) ** e - 1)), p), p, rest),
        1 - kappa * e,
        "where demand has the elasticity e at rest the bound is 2/e",
    )
    yield claim("path", sp.Subs(after, p, path), path.subs(t, t + 1), "the rule takes the path one step on")
    yield claim("start", sp.Subs(path, t, 0), p0, "the path starts where it should")
    yield sketch("path", over="t", low=0, high=15, kappa=(0.3, 1, 1.8))
