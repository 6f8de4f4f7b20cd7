"""All that the programs share: a trace to write to, two exceptions of their own, and words for outcomes.

The words are neither Python's nor Java's where the two differ: ``true``, ``none``, ``value 3``, ``failed Boom(x)``.
"""

import asyncio

lines = []


class Boom(Exception):
    """The failure the programs raise on purpose."""


class Crash(BaseException):
    """The same, outside ``Exception``: an ``Error`` in Java."""


def trace(*parts):
    """Adds one line: the virtual time in ms (``-`` where no loop runs), then the parts."""
    try:
        now = round(asyncio.get_running_loop().time() * 1000)
    except RuntimeError:
        now = "-"
    lines.append(f"{now:>5} " + " ".join(map(show, parts)))


def busy(ms):
    """Computes for so long without giving way: virtual time moves on, nobody else runs."""
    asyncio.get_running_loop().advance(ms / 1000)


def outcome(future):
    """How a future stands: pending, cancelled, its exception, or its value."""
    if not future.done():
        return "pending"
    if future.cancelled():
        return "cancelled"
    if (error := future.exception()) is not None:
        return f"failed {show(error)}"
    return f"value {show(future.result())}"


def kind(error):
    """The name alone, where asyncio loses the message of a cancel on the way."""
    return type(error).__name__


def show(part):
    match part:
        case None:
            return "none"
        case bool():
            return "true" if part else "false"
        case list() | tuple():
            return "[" + ", ".join(map(show, part)) + "]"
        case BaseExceptionGroup():
            return type(part).__name__ + show(list(part.exceptions))
        case Boom() | Crash() | asyncio.CancelledError() if part.args:
            return f"{type(part).__name__}({part.args[0]})"
        case BaseException():
            return kind(part)  # the words are each library's own
    return str(part)
