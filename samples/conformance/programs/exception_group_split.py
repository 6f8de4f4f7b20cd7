"""Groups keep their shape: split and subgroup give groups of the same nesting."""

import asyncio

from tracing import Boom, trace


async def main():
    group = ExceptionGroup("all", [Boom("a"), ValueError("b"), ExceptionGroup("inner", [ValueError("c"), Boom("d")])])
    trace(group)
    match, rest = group.split(lambda error: isinstance(error, ValueError))
    trace("match", match)
    trace("rest", rest)
    trace("subgroup", group.subgroup(lambda error: isinstance(error, Boom) and error.args[0] == "d"))
    trace("nothing", group.subgroup(lambda error: isinstance(error, RuntimeError)))
    match, rest = group.split(lambda error: True)
    trace("all", match, "rest", rest)
    try:
        ExceptionGroup("none", [])
    except ValueError as error:
        trace("empty:", error)
    await asyncio.sleep(0)
