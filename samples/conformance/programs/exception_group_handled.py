"""Handling some kinds of a group: what nobody handles goes on as a group of the same shape."""

import asyncio

from tracing import Boom, trace


async def fails(error, ms):
    try:
        await asyncio.sleep(ms / 1000)
    except asyncio.CancelledError:
        pass
    raise error


async def group_of(*errors):
    async with asyncio.TaskGroup() as group:
        for n, error in enumerate(errors):
            group.create_task(fails(error, n))


def handled(errors):
    for error in errors.exceptions:
        trace("handled", error)


async def main():
    try:
        await group_of(Boom("a"), ValueError("b"))
    except* Boom as errors:
        handled(errors)
    except* ValueError as errors:
        handled(errors)
    trace("nothing is left")
    try:
        try:
            await group_of(Boom("a"), LookupError("c"))
        except* Boom as errors:
            handled(errors)
    except ExceptionGroup as rest:
        trace("left", rest)
