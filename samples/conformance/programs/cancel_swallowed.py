"""A task may swallow a cancellation: it is then not cancelled, but the request stays counted."""

import asyncio

from tracing import outcome, trace


async def stubborn():
    for attempt in range(2):
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError as error:
            trace("swallows", error, "cancelling", asyncio.current_task().cancelling())
    await asyncio.sleep(0.5)
    return "my own way"


async def main():
    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0.1)
    task.cancel("first")
    await asyncio.sleep(0.1)
    trace("after the first", outcome(task))
    task.cancel("second")
    trace(await task)
    trace(outcome(task), task.cancelled(), task.cancelling())
