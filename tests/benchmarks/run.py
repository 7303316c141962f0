"""Run the benchmarks and print one table: ``python tests/benchmarks/run.py [NAME...]``.

NAME is the name of a module here without `bench_`, such as `nash`; without names all of them run.
"""

from __future__ import annotations

import os
import platform
import sys
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness import Line, measure, table  # found through the path set above

NAMES = sorted(each.stem.removeprefix("bench_") for each in Path(__file__).parent.glob("bench_*.py"))


def main(wanted: list[str]) -> int:
    """Run the modules named, all without names; 2 for a name that does not exist."""
    unknown = sorted(set(wanted) - set(NAMES))
    if unknown:
        print(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(NAMES)}", file=sys.stderr)
        return 2
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start\n")
    lines: list[Line] = []
    for name in wanted or NAMES:
        for row in import_module(f"bench_{name}").rows():
            print(f"{name}: {row.work} ...", file=sys.stderr, flush=True)
            lines += measure(row)
    print(table(lines))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
