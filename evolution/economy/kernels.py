"""Compiled stepping: the loops over agents, rounds and groups, with the ledger's laws on.

The kernels know nothing of any design: they take the compiled transitions of `tracing` as arguments. Each is compiled
once a process for each design; arrays are filled in loops, since assigning whole arrays doubles that time. A kernel
never raises; it returns a code that `lawful` turns into words.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from .ledger import TOLERANCE, ConservationError

LAWS = {
    1: "money is not conserved: balances, reserve, fees, treasuries and sinks are not what there was",
    2: "tokens held do not sum to the supply",
    3: "the reserve is not the integral of the price",
    4: "a trade posted entries that do not sum to zero",
}


def lawful(code: int) -> None:
    """Raise when a kernel found one of the ledger's laws broken."""
    if code:
        raise ConservationError(LAWS[code])


@cache
def choosing() -> Callable[..., Any]:
    """Logit choice among utilities at a temperature; 0 is the best reply, ties broken evenly."""
    from math import exp

    from numba import njit

    @njit(nogil=True, error_model="numpy", inline="always")
    def weight(gap, temperature):  # type: ignore[no-untyped-def]
        if temperature > 0.0:
            return exp(gap / temperature)
        return 1.0 if gap >= 0.0 else 0.0

    @njit(nogil=True, error_model="numpy")
    def choose(utilities, temperature, rng):  # type: ignore[no-untyped-def]
        number = len(utilities)
        highest = utilities[0]
        for s in range(1, number):
            highest = max(highest, utilities[s])
        total = 0.0
        for s in range(number):
            total += weight(utilities[s] - highest, temperature)
        left = rng.random() * total
        for s in range(number - 1):
            left -= weight(utilities[s] - highest, temperature)
            if left < 0.0:
                return s
        return number - 1

    return choose


@cache
def shuffling() -> Callable[..., Any]:
    """A random order, in place (Fisher-Yates)."""
    from numba import njit

    @njit(nogil=True)
    def shuffle(order, rng):  # type: ignore[no-untyped-def]
        for i in range(order.size - 1, 0, -1):
            j = int(rng.random() * (i + 1))
            order[i], order[j] = order[j], order[i]

    return shuffle


@cache
def trading() -> Callable[..., Any]:
    """One agent's net trade to its target."""
    from numba import njit

    tolerance = TOLERANCE

    @njit(nogil=True, error_model="numpy")
    def trade(i, target, buy, sell, parameters, B, H, book):  # type: ignore[no-untyped-def]
        """Move agent i to its target; -1 when it cannot pay, 4 when the entries do not sum to zero."""
        quantity = target - H[i]
        if quantity > 0.0:
            after = buy(quantity, B[i], H[i], book[0], book[1], book[2], *parameters)
        else:  # rounding may leave a holder with a little more than the supply
            after = sell(min(-quantity, book[0]), B[i], H[i], book[0], book[1], book[2], *parameters)
        if after[0] < 0.0:
            return -1
        moved = (after[0] - B[i]) + (after[3] - book[1]) + (after[4] - book[2])
        if not abs(moved) <= tolerance * (1.0 + abs(B[i]) + abs(book[1]) + abs(book[2])):
            return 4
        B[i], H[i], book[0], book[1], book[2] = after[0], target, after[2], after[3], after[4]
        return 0

    return trade


@cache
def auditing() -> Callable[..., Any]:
    """The three laws of the ledger, for one book."""
    from numba import njit

    tolerance = TOLERANCE

    @njit(nogil=True, error_model="numpy")
    def audit(reserve, parameters, B, H, book, opening):  # type: ignore[no-untyped-def]
        money, scale, held = book[1] + book[2], 1.0 + abs(book[1]) + abs(book[2]), 0.0
        for i in range(B.size):
            money += B[i]
            scale += abs(B[i])
            held += H[i]
        if not abs(money - opening) <= tolerance * scale:
            return 1
        if not abs(held - book[0]) <= tolerance * (1.0 + abs(book[0])):
            return 2
        if not abs(reserve(book[0], *parameters) - book[1]) <= tolerance * scale:
            return 3
        return 0

    return audit


@cache
def standing_kernel() -> Callable[..., Any]:
    """Positions revised one agent at a time, or a share of all at once."""
    from numba import njit

    choose, shuffle, trade, audit = choosing(), shuffling(), trading(), auditing()

    @njit(nogil=True, error_model="numpy")
    def run(  # type: ignore[no-untyped-def]
        utilities, buy, sell, reserve, targets, parameters, strategy, B, H, book, temperature, eta,
        one_by_one, rounds, burn, every, rng, counts, path,
    ):  # fmt: skip
        agents, held, refused, row = strategy.size, 0, 0, 0
        opening = B.sum() + book[1] + book[2]
        for i in range(agents):
            held += strategy[i] == 0
        chosen, order = strategy.copy(), np.arange(agents)
        for t in range(rounds):
            if t % every == 0:
                path[row, 0], path[row, 1] = held / agents, book[0]
                row += 1
            if not one_by_one:
                shuffle(order, rng)
                for i in range(agents):
                    chosen[i] = strategy[i]
                    if rng.random() < eta:
                        met = max(book[0] - H[i], 0.0)
                        chosen[i] = choose(utilities(met, *parameters), temperature, rng)
            for step in range(agents):
                if one_by_one:
                    i = int(rng.random() * agents)
                    s = choose(utilities(max(book[0] - H[i], 0.0), *parameters), temperature, rng)
                else:
                    i = order[step]
                    s = chosen[i]
                if s != strategy[i]:
                    code = trade(i, targets[s], buy, sell, parameters, B, H, book)
                    if code > 0:
                        return code, refused
                    if code < 0:
                        refused += 1
                    else:
                        held += (s == 0) - (strategy[i] == 0)
                        strategy[i] = s
                if one_by_one and t >= burn:
                    counts[held] += 1
            if not one_by_one and t >= burn:
                counts[held] += 1
            code = audit(reserve, parameters, B, H, book, opening)
            if code:
                return code, refused
        return 0, refused

    return run


@cache
def balancing() -> Callable[..., Any]:
    """The books of one group after a round."""
    from numba import njit

    tolerance = TOLERANCE

    @njit(nogil=True, error_model="numpy")
    def balanced(reserve, parameters, members, slots, venue):  # type: ignore[no-untyped-def]
        """The money in the group's books, its scale, and the law that is broken, if any."""
        money, held = venue[1] + venue[2] + venue[5] + venue[6] - venue[7], venue[8]
        scale = 1.0 + abs(venue[7]) + abs(venue[5])
        for i in members:
            money += slots[i, 0]
            held += slots[i, 1]
            scale += abs(slots[i, 0])
        if not abs(held - venue[0]) <= tolerance * (1.0 + abs(venue[0])):
            return money, scale, 2
        if not abs(reserve(venue[0], *parameters) - venue[1]) <= tolerance * scale:
            return money, scale, 3
        return money, scale, 0

    return balanced


@cache
def playing() -> Callable[..., Any]:
    """One group, one round: before the crowd answers, the answer, and after it."""
    from numba import njit

    balanced = balancing()

    @njit(nogil=True, error_model="numpy")
    def play(  # type: ignore[no-untyped-def]
        first, answer, second, reserve, parameters, members, action, slots, venue, batch
    ):  # fmt: skip
        """`venue`: S R F X credited treasury sink outside crowd; `slots`: B H given credit refused, an agent."""
        refused = 0
        for i in members:
            after = first(
                action[i], slots[i, 0], slots[i, 1], venue[0], venue[1], venue[2], venue[3], slots[i, 2],
                slots[i, 3], venue[4], venue[5], venue[6], venue[7], *parameters,
            )  # fmt: skip
            if after[0] < 0.0:
                refused += 1
                slots[i, 4] = 1.0
                continue
            slots[i, 0], slots[i, 1], slots[i, 2], slots[i, 3] = after[0], after[1], after[6], after[7]
            venue[0], venue[1], venue[2], venue[3] = after[2], after[3], after[4], after[5]
            venue[4], venue[5], venue[6], venue[7] = after[8], after[9], after[10], after[11]
        S, R, F, X, credited, outside = venue[0], venue[1], venue[2], venue[3], venue[4], venue[7]
        for i in members:  # the same answer for all, of which each is credited with its share
            after = answer(
                action[i], slots[i, 0], slots[i, 1], S, R, F, X, slots[i, 2], slots[i, 3], credited,
                venue[5], venue[6], outside, *parameters,
            )  # fmt: skip
            slots[i, 3] = after[7]
            venue[0], venue[1], venue[2], venue[8] = after[2], after[3], after[4], after[2] - S
            venue[4], venue[7] = after[8], after[11]
        pot = venue[5]
        for i in members:
            if slots[i, 4] > 0.0:
                continue
            met = pot if batch else venue[5]
            after = second(
                action[i], slots[i, 0], slots[i, 1], venue[0], venue[1], venue[2], venue[3], slots[i, 2],
                slots[i, 3], venue[4], met, venue[6], venue[7], *parameters,
            )  # fmt: skip
            if after[0] < 0.0:
                refused += 1
                continue
            slots[i, 0], slots[i, 1] = after[0], after[1]
            venue[0], venue[1], venue[2] = after[2], after[3], after[4]
            venue[5] += after[9] - met
            venue[6], venue[7] = after[10], after[11]
        money, scale, code = balanced(reserve, parameters, members, slots, venue)
        return money, scale, code, refused

    return play


@cache
def rounds_kernel() -> Callable[..., Any]:
    """Everybody plays every round in groups, is paid by the ledger, and imitates what was paid."""
    from numba import njit

    shuffle, play, revise = shuffling(), playing(), imitating()
    tolerance = TOLERANCE

    @njit(nogil=True, error_model="numpy")
    def run(  # type: ignore[no-untyped-def]
        first, answer, second, reserve, parameters, action, payoff, slots, venues, group, endowment, budget,
        value, batch, rule, revising, mutation, width, low, high, strategies, rounds, every, rng, path,
    ):  # fmt: skip
        agents, refused, row = action.size, 0, 0
        order, scratch = np.arange(agents), action.copy()
        for t in range(rounds):
            shuffle(order, rng)
            supply, paid = 0.0, 0.0
            for i in range(agents):
                slots[i, 0], slots[i, 1], slots[i, 2], slots[i, 3] = endowment, 0.0, 0.0, 0.0
            for g in range(agents // group):
                members = order[g * group : (g + 1) * group]
                venue = venues[g]
                for slot in range(venue.size):
                    venue[slot] = 0.0
                venue[5] = budget
                money, scale, code, turned = play(
                    first, answer, second, reserve, parameters, members, action, slots, venue, batch
                )
                if code:
                    return code, refused
                if not abs(money - group * endowment - budget) <= tolerance * scale:
                    return 1, refused
                refused += turned
                supply += venue[0]
                for i in members:
                    payoff[i] = slots[i, 0] - endowment + value * slots[i, 1]
                    paid += payoff[i]
            if t % every == 0:
                state = 0.0
                for i in range(agents):
                    state += action[i] if strategies == 0 else (1.0 if action[i] == 0.0 else 0.0)
                path[row, 0], path[row, 1], path[row, 2] = state / agents, supply / (agents // group), paid / agents
                row += 1
            revise(action, payoff, scratch, rule, revising, mutation, width, low, high, strategies, rng)
        return 0, refused

    return run


@cache
def imitating() -> Callable[..., Any]:
    """Revision after a round: imitate the best (rule 0) or in proportion to the gain (rule 1), then perhaps mutate."""
    from math import cos, log, pi, sqrt

    from numba import njit

    @njit(nogil=True, error_model="numpy")
    def normal(rng):  # type: ignore[no-untyped-def]
        """Box and Muller's normal variate: it compiles much sooner than the generator's own."""
        return sqrt(-2.0 * log(1.0 - rng.random())) * cos(2.0 * pi * rng.random())

    @njit(nogil=True, error_model="numpy")
    def revise(  # type: ignore[no-untyped-def]
        action, payoff, scratch, rule, revising, mutation, width, low, high, strategies, rng
    ):  # fmt: skip
        agents = action.size
        best, worst = 0, 0
        for i in range(1, agents):
            best = i if payoff[i] > payoff[best] else best
            worst = i if payoff[i] < payoff[worst] else worst
        spread = payoff[best] - payoff[worst]
        for i in range(agents):
            scratch[i] = action[i]
            if revising < 1.0 and rng.random() >= revising:
                continue
            if rule == 0:
                scratch[i] = action[best]
            else:
                j = int(rng.random() * (agents - 1))
                j += j >= i
                gain = payoff[j] - payoff[i]
                if gain > 0.0 and rng.random() * spread < gain:
                    scratch[i] = action[j]
            if mutation > 0.0 and rng.random() < mutation:
                if strategies:
                    scratch[i] = int(rng.random() * strategies)
                else:
                    tried = scratch[i] + width * normal(rng)
                    tried = 2.0 * low - tried if tried < low else tried
                    scratch[i] = min(max(2.0 * high - tried if tried > high else tried, low), high)
        for i in range(agents):
            action[i] = scratch[i]

    return revise
