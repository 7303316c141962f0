"""Time two ways of doing the same work side by side.

Machines differ, and one machine differs from minute to minute; a ratio measured in one run does not, much. So ours and
the peers' calls alternate, each in a batch long enough for the clock, and medians over the batches are compared:

.. math:: \\text{ratio} = \\operatorname{median}(t_{peer}) \\, / \\, \\operatorname{median}(t_{ours}),

above 1 where we are faster. A peer that is not installed, or that cannot do the work, is a line of the table that says
so: a benchmark never leaves a competitor out in silence.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

Call = Callable[[], object]
BATCH = 0.05  # seconds a batch should last, so that the clock's resolution does not count
LONG = 3.0  # seconds after which a call is made once; whatever it compiles should have been compiled in `prepare`
BUDGET = 8.0  # seconds after which no further round of one row is begun


@dataclass(frozen=True)
class Peer:
    """Another way to do the work.

    Parameters
    ----------
    name : str
    prepare : callable
        Builds the call to be timed; imports the peer's package itself.
    package : str, optional
        What must be installed.
    note : str
        What makes the comparison unequal, such as floats against exact fractions.
    amount : float, optional
        Units of work in one call, where they are not those of our call (a slow peer does less); the ratio is then
        that of the times a unit.
    judge : callable, optional
        From our result and the peer's to a remark on what the peer found; called after the race.
    """

    name: str
    prepare: Callable[[], Call]
    package: str = ""
    note: str = ""
    amount: float | None = None
    judge: Callable[[object, object], str] | None = None


@dataclass(frozen=True)
class Row:
    """One piece of work: ours and the peers' way.

    Parameters
    ----------
    work : str
    ours : callable
        Builds our call.
    peers : sequence of Peer
    amount : float, optional
        Units of work in one call (agent-steps, points); then the table gives units per second too.
    unit : str
    rounds : int
        Batches of each contestant.
    note : str
        What ours does, or does not, in that time.
    """

    work: str
    ours: Callable[[], Call]
    peers: Sequence[Peer]
    amount: float | None = None
    unit: str = ""
    rounds: int = 7
    note: str = ""


@dataclass(frozen=True)
class Line:
    """What the table says of one contestant."""

    work: str
    who: str
    seconds: float | None
    ratio: float | None
    rate: str
    note: str


def measure(row: Row) -> Iterator[Line]:
    """Time one row: first every contestant once (compiling, caching), then all in turn, batch by batch."""
    calls: dict[str, Call] = {"tokengames": row.ours()}
    absent: dict[str, str] = {}
    for peer in row.peers:
        if peer.package and find_spec(peer.package) is None:
            absent[peer.name] = "not installed"
            continue
        try:
            calls[peer.name] = peer.prepare()
        except Exception as error:  # a peer's failure is a result, and must not end the run
            absent[peer.name] = f"failed: {type(error).__name__}: {error}"[:90]
    times, results, failed = _alternate(calls, row.rounds)
    absent |= failed
    own = statistics.median(times["tokengames"])
    yield Line(row.work, "tokengames", own, None, _rate(row.amount, own, row.unit), row.note)
    for peer in row.peers:
        if peer.name in absent:
            yield Line(row.work, peer.name, None, None, "", absent[peer.name])
            continue
        theirs = statistics.median(times[peer.name])
        amount = row.amount if peer.amount is None else peer.amount
        share = 1.0 if row.amount is None or amount is None else row.amount / amount
        rate = _rate(amount, theirs, row.unit)
        judged = peer.judge(results["tokengames"], results[peer.name]) if peer.judge else ""
        yield Line(
            row.work, peer.name, theirs, share * theirs / own, rate, "; ".join(filter(None, [judged, peer.note]))
        )


def _alternate(calls: dict[str, Call], rounds: int) -> tuple[dict[str, list[float]], dict[str, object], dict[str, str]]:
    """Seconds a call and first results, by contestant; contestants that raise leave the race with their reason."""
    repeats: dict[str, int] = {}
    times: dict[str, list[float]] = {}
    results: dict[str, object] = {}
    failed: dict[str, str] = {}
    for name, call in calls.items():
        try:
            start = time.perf_counter()
            results[name] = call()  # compiles and fills caches
            first = time.perf_counter() - start
            # one measurement of a long call says enough; only a short call need be timed again
            times[name] = [first] if first > LONG else []
            repeats[name] = 1 if first > LONG else max(1, int(BATCH / max(_timed(call, 1), 1e-7)))
        except Exception as error:
            if name == "tokengames":
                raise
            failed[name] = f"failed: {type(error).__name__}: {error}"[:90]
    begun = time.perf_counter()
    for done in range(rounds):
        if done >= 3 and time.perf_counter() - begun > BUDGET:
            break
        for name, repeat in repeats.items():
            if times[name] and times[name][0] > LONG:
                continue
            times[name].append(_timed(calls[name], repeat))
    return times, results, failed


def _timed(call: Call, repeat: int) -> float:
    start = time.perf_counter()
    for _ in range(repeat):
        call()
    return (time.perf_counter() - start) / repeat


def _rate(amount: float | None, seconds: float, unit: str) -> str:
    return "" if amount is None or not unit else f"{amount / seconds / 1e6:.3g} M {unit}/s"


def table(lines: Sequence[Line]) -> str:
    """The lines as a table: time, ratio to ours (above 1: we are faster), rate, remark."""
    head = ("work", "who", "median", "peer / ours", "rate", "remark")
    body, before = [head], ""
    for line in lines:
        body.append(
            (
                line.work if line.work != before else "",
                line.who,
                "" if line.seconds is None else duration(line.seconds),
                "" if line.ratio is None else f"{line.ratio:.3g}",
                line.rate,
                line.note,
            )
        )
        before = line.work
    widths = [max(len(cells[k]) for cells in body) for k in range(len(head))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip() for cells in body]
    return "\n".join([text[0], "  ".join("-" * width for width in widths), *text[1:]])


def duration(seconds: float) -> str:
    """Seconds in the unit that fits: 0.0123 is '12.3 ms'."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"
