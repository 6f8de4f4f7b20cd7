"""At most so many at once, the others in order of arrival."""

import asyncio

from tracing import trace


async def worker(name, ms, semaphore):
    async with semaphore:
        trace(name, "in, locked", semaphore.locked())
        await asyncio.sleep(ms / 1000)
        trace(name, "out")


async def main():
    semaphore = asyncio.Semaphore(2)
    work = [("a", 20), ("b", 10), ("c", 25), ("d", 13), ("e", 1)]
    await asyncio.gather(*(worker(name, ms, semaphore) for name, ms in work))
    trace("locked", semaphore.locked())
