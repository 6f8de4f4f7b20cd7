"""A cancelled wait gets the lock back before CancelledError comes out."""

import asyncio

from tracing import outcome, trace


async def waiter(condition):
    async with condition:
        try:
            await condition.wait()
        except asyncio.CancelledError as error:
            trace("waiter gets", error, "locked", condition.locked())
            raise
    trace("never")


async def main():
    condition = asyncio.Condition()
    task = asyncio.create_task(waiter(condition))
    await asyncio.sleep(0.010)
    async with condition:
        task.cancel("stop waiting")
        await asyncio.sleep(0.010)
        trace("main still holds the lock", outcome(task))
    await asyncio.wait([task])
    trace(outcome(task), "locked", condition.locked())
