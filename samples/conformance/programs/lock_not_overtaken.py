"""A released lock belongs to the first waiter, even before that one has run: nobody overtakes it."""

import asyncio

from tracing import trace


async def waiter(lock):
    trace("waiter asks")
    async with lock:
        trace("waiter holds")
        await asyncio.sleep(0)


async def late_comer(lock):
    trace("late comer asks, locked", lock.locked())
    async with lock:
        trace("late comer holds")


async def main():
    lock = asyncio.Lock()
    await lock.acquire()
    first = asyncio.create_task(waiter(lock))
    await asyncio.sleep(0)
    second = asyncio.create_task(late_comer(lock))
    lock.release()
    trace("released")
    await lock.acquire()
    trace("main holds it again, last in line")
    lock.release()
    await asyncio.gather(first, second)
