"""A lock goes to the waiters in the order they came."""

import asyncio

from tracing import trace


async def worker(name, lock):
    trace(name, "asks")
    async with lock:
        trace(name, "holds")
        await asyncio.sleep(0.010)
        trace(name, "releases")


async def main():
    lock = asyncio.Lock()
    trace("locked", lock.locked())
    tasks = [asyncio.create_task(worker(name, lock)) for name in "abc"]
    await asyncio.sleep(0.005)
    trace("locked", lock.locked())
    await asyncio.gather(*tasks)
    trace("locked", lock.locked())
    try:
        lock.release()
    except RuntimeError as error:
        trace("releasing a free lock:", error)
