"""Cancelling a task somebody awaits: the awaiter sees CancelledError without having been cancelled itself."""

import asyncio

from tracing import kind, outcome, trace


async def inner():
    await asyncio.sleep(1)


async def catching(task):
    try:
        await task
    except asyncio.CancelledError as error:
        trace("caught", error, "cancelling", asyncio.current_task().cancelling())
    return "went on"


async def passing(task):
    await task


async def main():
    task = asyncio.create_task(inner())
    first = asyncio.create_task(catching(task))
    second = asyncio.create_task(passing(task))
    await asyncio.sleep(0.010)
    task.cancel("only you")
    trace(await first)
    try:
        await second
    except asyncio.CancelledError as error:
        trace("the second one passed it on:", kind(error))
    trace(outcome(task), outcome(first), outcome(second), "cancelling", second.cancelling())
