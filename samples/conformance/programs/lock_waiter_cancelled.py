"""A cancelled waiter leaves the line; the others keep their order."""

import asyncio

from tracing import outcome, trace


async def waiter(name, lock):
    try:
        await lock.acquire()
    except asyncio.CancelledError:
        trace(name, "gave up")
        raise
    trace(name, "holds")
    lock.release()


async def main():
    lock = asyncio.Lock()
    await lock.acquire()
    tasks = [asyncio.create_task(waiter(name, lock)) for name in "abcd"]
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.sleep(0.010)
    tasks[0].cancel()
    lock.release()
    trace("released")
    await asyncio.wait(tasks)
    trace([outcome(task) for task in tasks], "locked", lock.locked())
