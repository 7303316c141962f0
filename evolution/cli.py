"""The command `tokengames`: list, show and run studies; solve games.

Exit codes: 0 every verdict was reached (held or not), 3 some are undecided, or equilibria may be missing, 2 a user's
mistake, 130 interrupted, 141 when nobody reads the output any more.
Nothing heavy is imported before a command needs it, so that `--help` answers at once.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

from cyclopts import App, CycloptsError, Parameter

if TYPE_CHECKING:
    from .study.report import Report

REACHED, MISTAKE, UNDECIDED, INTERRUPTED, UNREAD = 0, 2, 3, 130, 141
OURS = frozenset({"analytic", "gametheory", "evolution"})

Progress = Callable[[str, int, int], None]


class CommandError(ValueError):
    """An option that cannot be read."""


def _version() -> str:
    from importlib.metadata import version

    return version("tokengames")


app = App(
    name="tokengames",
    help="Game-theoretic and evolutionary analysis of incentive designs, from one symbolic source.",
    version=_version,
    suppress_keyboard_interrupt=False,  # main says what became of the files
)


@app.command(name="list")
def list_(what: Literal["studies", "mechanisms"] = "studies", /) -> int:
    """List the studies that are shipped, or the mechanisms that a design can be built of.

    Parameters
    ----------
    what
        The studies, or the mechanisms family by family.
    """
    if what == "studies":
        from .study.study_file import studies

        rows = dict(studies())
    else:
        from analytic.curve_family import curve_families
        from analytic.gathering import mechanisms

        rows = {name: f"curve       {each.headline}" for name, each in curve_families().items()}
        rows |= {name: f"{each.kind:<10}  {each.headline}" for name, each in mechanisms().items()}
    width = max(map(len, rows), default=0)
    for name, title in rows.items():
        print(f"{name:<{width}}  {title}")
    return REACHED


@app.command
def show(name: str, /) -> int:
    """Show a design or a mechanism: parameters, moves, payoffs, formulas, checked derivation, notation.

    Parameters
    ----------
    name
        Of a study (see `list`), of a study file, or of a mechanism (see `list mechanisms`).
    """
    from .study.study_file import load_study, studies

    if Path(name).suffix or name in dict(studies()):
        from analytic.derivation import derive

        from .study.text import design_text

        design = load_study(name, {}).design
        print(design_text(design, derive(design)))
        return REACHED
    from .study.mechanism_text import declared_names, declared_text

    found = declared_text(name)
    if not found:
        from difflib import get_close_matches

        near = get_close_matches(name, [*dict(studies()), *declared_names()], n=3, cutoff=0.5)
        hint = f"did you mean {', '.join(near)}?" if near else "see `tokengames list` and `tokengames list mechanisms`"
        raise CommandError(f"no study, mechanism or curve is called {name[:60]!r}; {hint}")
    print(found)
    return REACHED


@app.command
def run(
    study: str,
    /,
    *,
    out: Path | None = None,
    seed: int | None = None,
    set_: Annotated[list[str] | None, Parameter(name="--set", negative=())] = None,
    quick: Annotated[bool, Parameter(negative=())] = False,
    full: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Run a study and write its report.

    Parameters
    ----------
    study
        A study's name (see `list`) or a study file.
    out
        The folder of the report; runs/NAME when not given.
    seed
        Of all random numbers: the same seed gives the same report; else the study file's, or 0.
    set_
        Parameters in place of the study's own, for example k=0.3.
    quick
        Smaller simulations.
    full
        Larger simulations.
    """
    if quick and full:
        raise CommandError("--quick and --full exclude each other; give one of them or none")
    if seed is not None and seed < 0:
        raise CommandError(f"--seed must be a whole number >= 0, not {seed}")
    from .study.study_file import load_study

    loaded = load_study(study, overrides(set_ or ()))
    from .study.folder import check_writable, write

    folder = check_writable(out if out is not None else Path("runs") / loaded.name)
    from .study import running

    level: Literal["quick", "normal", "full"] = "quick" if quick else "full" if full else "normal"
    chosen = next(each for each in (seed, loaded.settings.seed, 0) if each is not None)
    with progress() as told:
        report = running.run(loaded, level=level, seed=chosen, progress=told)
        files = write(report, folder)
    return _tell(report, files)


def _tell(report: Report, files: Sequence[Path]) -> int:
    """Print what was found and where it was written; the exit code says whether every verdict was reached."""
    from .study.text import report_text

    print(report_text(report))
    print(f"\nwritten: {files[0]} and {len(files) - 1} more files beside it")
    return UNDECIDED if report.undecided else REACHED


@app.command
def solve(
    game: str,
    /,
    *matrices: str,
    symmetric: Annotated[bool, Parameter(negative=())] = False,
    zero_sum: Annotated[bool, Parameter(negative=())] = False,
    concept: str = "nash",
    method: str | None = None,
    max_equilibria: int | None = None,
    time_limit: float | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
    latex: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Find the equilibria of a game, each with its exact profile, and say whether these are all.

    Parameters
    ----------
    game
        A .nfg file, or a matrix in quotes such as "[[3, 0], [5, 1/2]]": what player 1 (who picks rows) gets.
    matrices
        What player 2 gets, and so on: one a player.
    symmetric
        Of one matrix: entry i, j is paid to whoever plays i against j.
    zero_sum
        Of one matrix: player 2 loses what player 1 gets.
    concept
        What to look for: nash, pure, symmetric, ess, social optimum, joint optimum.
    method
        The algorithm, where a concept has several; an unknown one is answered by the list.
    max_equilibria
        Stop after so many.
    time_limit
        Stop after so many seconds, with what was found.
    json
        Print JSON: floats, exact numbers as strings, whether complete and why.
    latex
        Print the payoffs and the equilibria as LaTeX tables.
    """
    if json and latex:
        raise CommandError("--json and --latex exclude each other; give one of them or none")
    from gametheory import solve as equilibria_of

    from . import solving

    table = solving.game_from([game, *matrices], symmetric=symmetric, zero_sum=zero_sum)
    wanted = {"max_equilibria": max_equilibria, "time_limit": time_limit}
    options = {name: value for name, value in wanted.items() if value is not None}
    found = equilibria_of(table, concept, method=method, **options)
    shown = solving.found_json if json else solving.found_latex if latex else solving.found_text
    print(shown(table, found))
    return REACHED if found.complete else UNDECIDED


def overrides(settings: Sequence[str]) -> dict[str, str]:
    """Settings ``name=value`` as a mapping; values stay texts, to be read exactly.

    >>> overrides(["k=0.3", "n = 4"])
    {'k': '0.3', 'n': '4'}
    """
    found: dict[str, str] = {}
    for each in settings:
        name, equals, value = (part.strip() for part in each.partition("="))
        if not (equals and name and value):
            raise CommandError(f"--set needs name=value, for example k=0.3, not {each!r}")
        if name in found:
            raise CommandError(f"--set gives {name} twice: {found[name]} and {value}")
        found[name] = value
    return found


def spread(tokens: Sequence[str]) -> list[str]:
    """Let one ``--set`` be followed by several settings.

    >>> spread(["run", "affiliate", "--set", "k=0.3", "n=4", "--quick"])
    ['run', 'affiliate', '--set', 'k=0.3', '--set', 'n=4', '--quick']
    """
    made: list[str] = []
    setting = False
    for token in tokens:
        if setting and made[-1] != "--set" and re.match(r"[A-Za-z_]\w*\s*=", token):
            made.append("--set")
        elif token != "--set" and not (setting and made[-1] == "--set"):
            setting = False
        setting = setting or token == "--set"
        made.append(token)
    return made


@contextmanager
def progress() -> Iterator[Progress]:
    """How far a run is: a bar on a terminal, a line a stage otherwise; both on standard error."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:
        tasks = {}

        def bar(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield bar


def _lines() -> Progress:
    seen: set[str] = set()

    def line(stage: str, done: int, total: int) -> None:
        if stage not in seen:
            seen.add(stage)
            print(f"{stage} ...", file=sys.stderr, flush=True)

    return line


def ours(error: BaseException) -> bool:
    """Whether an error says what a user can mend: a file's trouble, or a value that our own code refused."""
    if isinstance(error, (OSError, CycloptsError)):
        return True
    if not isinstance(error, ValueError):
        return False
    trace = error.__traceback__
    module = ""
    while trace is not None:
        module, trace = str(trace.tb_frame.f_globals.get("__name__", "")), trace.tb_next
    return module.partition(".")[0] in OURS


def fail(message: object) -> int:
    """One message on standard error."""
    print(f"tokengames: {message}", file=sys.stderr)
    return MISTAKE


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and leave with its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        In place of the command line's.

    Raises
    ------
    SystemExit
        Always, with the exit code.
    """
    tokens = spread(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        code = app(tokens, exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
    except BrokenPipeError:  # as in `tokengames solve ... | head`: whoever reads has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is flushed at the end
        code = UNREAD
    except KeyboardInterrupt:
        print("tokengames: interrupted; nothing was written", file=sys.stderr)
        code = INTERRUPTED
    except (OSError, ValueError, CycloptsError) as error:
        if not ours(error):
            raise
        code = fail(error)
    sys.exit(code if isinstance(code, int) else REACHED)
