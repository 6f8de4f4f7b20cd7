"""A second cancel interrupts the clean-up of the first."""

import asyncio

from tracing import outcome, trace


async def body():
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError as first:
        trace("first", first)
        try:
            await asyncio.sleep(1)
            trace("never")
        except asyncio.CancelledError as second:
            trace("second", second, "cancelling", asyncio.current_task().cancelling())
            await asyncio.sleep(0.010)
            trace("a last wait")
            raise first


async def main():
    task = asyncio.create_task(body())
    await asyncio.sleep(0.010)
    task.cancel("one")
    await asyncio.sleep(0.010)
    task.cancel("two")
    try:
        await task
    except asyncio.CancelledError as error:
        trace("ended with", error, outcome(task))
