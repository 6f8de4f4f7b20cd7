#!/usr/bin/env python3
"""Runs every program of this folder under CPython's asyncio and records what it did.

    record.py                    writes traces/NAME.trace for each programs/NAME.py
    record.py --check            records again and compares; exit code 1 and a diff where they differ
    record.py [--check] NAME...  the same for these programs only

Needs Python 3.11 or newer and nothing else. A program that looks at what a later one changed says so, ``SINCE = (3, 13)``, and is passed
over by an older one.
"""

import argparse
import asyncio
import difflib
import gc
import importlib.util
import inspect
import logging
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROGRAMS = HERE / "programs"
TRACES = HERE / "traces"

sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))

import tracing  # noqa: E402
from virtualtime import VirtualTimeLoop  # noqa: E402


class Unfit(Exception):
    """A program that cannot be recorded, and why."""


class Complaints(logging.Handler):
    """What asyncio reports behind a program's back: a program that leaves any is not recorded."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.messages = []

    def emit(self, record):
        self.messages.append(record.getMessage())


def record(path):
    """Runs one program and returns its trace; none if it needs a newer Python."""
    module = load(path)
    if sys.version_info < getattr(module, "SINCE", (3, 11)):
        return None
    complaints = Complaints()
    logger = logging.getLogger("asyncio")
    logger.propagate = False
    logger.addHandler(complaints)
    tracing.lines.clear()
    try:
        run(module)
        gc.collect()  # futures that failed unseen report themselves when they go
    finally:
        logger.removeHandler(complaints)
    if complaints.messages:
        raise Unfit(f"{path.name}: asyncio reported {complaints.messages}")
    return "".join(f"{line}\n" for line in tracing.lines)


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(module):
    """``async def main()`` runs on a virtual-time loop; a plain ``def main()`` makes its loops itself."""
    if inspect.iscoroutinefunction(module.main):
        with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
            runner.run(module.main())
    else:
        module.main()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the recorded traces, write nothing")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    if sys.version_info < (3, 11):
        parser.error(f"needs Python 3.11 or newer, this is {sys.version.split()[0]}")

    paths = [PROGRAMS / f"{name}.py" for name in options.names] or sorted(PROGRAMS.glob("*.py"))
    traces = {path.stem: trace for path in paths if (trace := record(path)) is not None}
    if skipped := len(paths) - len(traces):
        print(f"{skipped} programs need a newer Python than {sys.version.split()[0]}")
    if options.check:
        sys.exit(compare(traces))
    TRACES.mkdir(exist_ok=True)
    for name, trace in traces.items():
        (TRACES / f"{name}.trace").write_text(trace, encoding="utf-8")
    print(f"recorded {len(traces)} traces with Python {sys.version.split()[0]}")


def compare(traces):
    """Prints what differs from the recorded traces; returns the exit code."""
    equal = 0
    for name, now in traces.items():
        file = TRACES / f"{name}.trace"
        recorded = file.read_text(encoding="utf-8") if file.exists() else ""
        equal += now == recorded
        diff = difflib.unified_diff(
            recorded.splitlines(keepends=True), now.splitlines(keepends=True), f"{file.name}, recorded", "now"
        )
        sys.stdout.writelines(diff)
    print(f"traces equal: {equal} of {len(traces)}")
    return 0 if equal == len(traces) else 1


if __name__ == "__main__":
    try:
        main()
    except Unfit as error:
        sys.exit(str(error))
