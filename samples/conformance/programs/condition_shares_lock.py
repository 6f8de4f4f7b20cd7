"""Two conditions over one lock: holding one is holding the other, their waiters stay apart."""

import asyncio

from tracing import trace


async def waiter(name, condition):
    async with condition:
        await condition.wait()
        trace(name, "woken")


async def main():
    lock = asyncio.Lock()
    full, empty = asyncio.Condition(lock), asyncio.Condition(lock)
    tasks = [asyncio.create_task(waiter("full", full)), asyncio.create_task(waiter("empty", empty))]
    await asyncio.sleep(0.010)
    async with full:
        trace("both locked", full.locked(), empty.locked(), lock.locked())
        empty.notify_all()
    await asyncio.sleep(0.010)
    trace([task.done() for task in tasks])
    async with lock:
        full.notify()
    await asyncio.gather(*tasks)
