"""A waiter cancelled after it was woken gives its unit to the next one."""

import asyncio

from tracing import outcome, trace


async def waiter(name, semaphore):
    try:
        await semaphore.acquire()
        trace(name, "has a unit")
    except asyncio.CancelledError:
        trace(name, "gave up")
        raise


async def main():
    semaphore = asyncio.Semaphore(1)
    await semaphore.acquire()
    tasks = [asyncio.create_task(waiter(name, semaphore)) for name in "abc"]
    await asyncio.sleep(0)
    semaphore.release()
    tasks[0].cancel()
    await asyncio.sleep(0.010)
    trace([outcome(task) for task in tasks])
    tasks[2].cancel()
    await asyncio.wait(tasks)
    semaphore.release()
    trace([outcome(task) for task in tasks], "locked", semaphore.locked())
