"""Cancelling a sleeping task: CancelledError with the message, at once; nothing is left of the sleep."""

import asyncio

from tracing import outcome, trace


async def sleeper():
    trace("sleeps")
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError as error:
        trace("interrupted by", error)
        raise
    finally:
        trace("finally")


async def main():
    task = asyncio.create_task(sleeper())
    await asyncio.sleep(0.010)
    trace("cancel", task.cancel("wake up"))
    trace("not cancelled yet", task.cancelled(), "cancelling", task.cancelling())
    await asyncio.sleep(0)
    trace("after one iteration", outcome(task))
    trace("cancel a finished task", task.cancel(), task.cancelling())
