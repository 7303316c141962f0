"""How long a script, or the command's help, takes to begin: a new interpreter each time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from harness import Call, Peer, Row

FLOOR = Peer("import numpy, sympy", lambda: run("import numpy, sympy"))


def run(code: str) -> Call:
    """A call that runs code in a new interpreter."""
    return lambda: subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)


def rows() -> Iterator[Row]:
    """The package alone (its names load lazily), the two names most scripts begin with, and the command."""
    for code in (
        "import gametheory",
        "from gametheory import NormalForm, solve",
        "import analytic, gametheory, evolution",
    ):
        yield Row(code, lambda code=code: run(code), [FLOOR])
    command = (
        "import sys; sys.argv = ['tokengames', '--help']; from evolution.cli import main; raise SystemExit(main())"
    )
    yield Row("tokengames --help", lambda: run(command), [FLOOR])
