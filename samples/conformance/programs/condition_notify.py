"""notify(n) wakes n waiters in order, each of which first gets the lock back."""

import asyncio

from tracing import trace


async def waiter(name, condition):
    async with condition:
        trace(name, "waits")
        await condition.wait()
        trace(name, "woken, locked", condition.locked())


async def main():
    condition = asyncio.Condition()
    tasks = [asyncio.create_task(waiter(name, condition)) for name in "abcd"]
    await asyncio.sleep(0.010)
    async with condition:
        condition.notify(2)
        trace("notified two, still holding the lock")
        await asyncio.sleep(0.010)
        trace("releases")
    await asyncio.sleep(0.010)
    trace([task.done() for task in tasks])
    async with condition:
        condition.notify(1)
    await asyncio.sleep(0.010)
    trace([task.done() for task in tasks])
    async with condition:
        condition.notify_all()
    await asyncio.gather(*tasks)
    try:
        condition.notify()
    except RuntimeError as error:
        trace("without the lock:", error)
    try:
        await condition.wait()
    except RuntimeError as error:
        trace("without the lock:", error)
