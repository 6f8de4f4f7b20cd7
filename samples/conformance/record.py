#!/usr/bin/env python3
"""Runs every program of this folder under CPython's asyncio and records what it did.

    record.py                    writes traces/NAME.trace for each programs/NAME.py
    record.py --check            records again and compares; exit code 1 and a diff where they differ
    record.py [--check] NAME...  the same for these programs only

Needs Python 3.11 or newer and nothing else.
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
    """Runs one program and returns its trace."""
    complaints = Complaints()
    logger = logging.getLogger("asyncio")
    logger.propagate = False
    logger.addHandler(complaints)
    tracing.lines.clear()
    try:
        run(load(path))
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
    if not options.check:
        TRACES.mkdir(exist_ok=True)
        for path in paths:
            (TRACES / f"{path.stem}.trace").write_text(record(path), encoding="utf-8")
        print(f"recorded {len(paths)} traces with Python {sys.version.split()[0]}")
        return

    equal = 0
    for path in paths:
        file = TRACES / f"{path.stem}.trace"
        recorded = file.read_text(encoding="utf-8") if file.exists() else ""
        now = record(path)
        if now == recorded:
            equal += 1
        else:
            sys.stdout.writelines(
                difflib.unified_diff(
                    recorded.splitlines(keepends=True), now.splitlines(keepends=True), f"{file.name}, recorded", "now"
                )
            )
    print(f"traces equal: {equal} of {len(paths)}")
    sys.exit(0 if equal == len(paths) else 1)


if __name__ == "__main__":
    try:
        main()
    except Unfit as error:
        sys.exit(str(error))
