"""How long it takes to derive and check every mechanism, and to show a design: a new interpreter each time.

The targets are a minute for the whole catalogue on two cores and three seconds for one design; the floor beside them
is what an interpreter needs to import NumPy and SymPy.
"""

from __future__ import annotations

from collections.abc import Iterator

from bench_import import FLOOR, run
from harness import Row

EVERYTHING = """
from analytic import curve_families, derive, mechanisms
every = [*mechanisms().values(), *(family.symbolic() for family in curve_families().values())]
print(len(every), "mechanisms,", sum(len(derive(each)) for each in every), "steps")
"""
SHOW = "import sys; sys.argv = ['tokengames', 'show', {!r}]; from evolution.cli import main; raise SystemExit(main())"


def rows() -> Iterator[Row]:
    """The whole catalogue of mechanisms and curves, then each shipped design."""
    yield Row("derive and check all mechanisms", lambda: run(EVERYTHING), [FLOOR], rounds=3)
    for name in ("affiliate", "holding", "pumpfun"):
        yield Row(f"tokengames show {name}", lambda name=name: run(SHOW.format(name)), [FLOOR], rounds=3)
