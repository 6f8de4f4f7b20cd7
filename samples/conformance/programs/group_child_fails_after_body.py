"""The same when the body has already ended and the group only waits."""

import asyncio

from tracing import Boom, outcome, trace


async def fails(ms, name):
    try:
        await asyncio.sleep(ms / 1000)
    except asyncio.CancelledError:
        await asyncio.sleep(ms / 1000)
        trace(name, "cancelled, leaves")
        raise
    trace(name, "fails")
    raise Boom(name)


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(fails(ms, name)) for ms, name in [(30, "a"), (10, "b"), (20, "c")]]
            trace("body ends")
    except* Boom as errors:
        trace("group failed with", errors)
    trace([outcome(task) for task in tasks])
