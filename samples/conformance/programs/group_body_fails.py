"""A failing body cancels the tasks, waits for them, and its failure comes last in the group."""

import asyncio

from tracing import Boom, outcome, trace


async def child(name, fail):
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        await asyncio.sleep(0.010 if fail else 0.020)
        trace(name, "leaves")
        if fail:
            raise Boom(name)
        raise


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(child(name, fail)) for name, fail in [("a", False), ("b", True)]]
            await asyncio.sleep(0.010)
            raise Boom("body")
    except* Boom as errors:
        trace("group failed with", errors)
    trace([outcome(task) for task in tasks])
