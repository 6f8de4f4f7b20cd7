"""release() may go above the initial value; several units wake as many waiters, a newcomer queues behind them."""

import asyncio

from tracing import trace


async def waiter(name, semaphore):
    await semaphore.acquire()
    trace(name, "has a unit")


async def main():
    semaphore = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(waiter(name, semaphore)) for name in "abc"]
    await asyncio.sleep(0)
    semaphore.release()
    semaphore.release()
    trace("two units, locked", semaphore.locked())
    newcomer = asyncio.create_task(waiter("newcomer", semaphore))
    await asyncio.sleep(0.010)
    trace([task.done() for task in tasks], newcomer.done())
    semaphore.release()
    semaphore.release()
    await asyncio.gather(newcomer, *tasks)
    for _ in range(3):
        semaphore.release()
    for n in range(3):
        await semaphore.acquire()
        trace("unit", n, "without waiting, locked", semaphore.locked())
