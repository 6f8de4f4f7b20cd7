"""wait_for a predicate: checked under the lock at every wake-up, true at once means no wait."""

import asyncio

from tracing import trace


async def main():
    condition = asyncio.Condition()
    items = []

    async def consumer(n):
        async with condition:
            await condition.wait_for(lambda: len(items) >= n)
            trace("consumer", n, "sees", items)

    tasks = [asyncio.create_task(consumer(n)) for n in (3, 1, 2)]
    for item in ("x", "y", "z"):
        await asyncio.sleep(0.010)
        async with condition:
            items.append(item)
            trace("produced", item)
            condition.notify_all()
    await asyncio.gather(*tasks)
    await consumer(0)
