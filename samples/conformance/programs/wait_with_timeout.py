"""wait with a timeout raises nothing and cancels nobody: it tells who is done."""

import asyncio

from tracing import outcome, trace


async def work(name, ms):
    await asyncio.sleep(ms / 1000)
    trace(name, "ends")
    return name


async def main():
    tasks = [asyncio.create_task(work(name, ms)) for name, ms in [("a", 10), ("b", 30)]]
    for _ in range(2):
        done, pending = await asyncio.wait(tasks, timeout=0.020)
        trace([task in done for task in tasks], "pending", len(pending), [outcome(task) for task in tasks])
