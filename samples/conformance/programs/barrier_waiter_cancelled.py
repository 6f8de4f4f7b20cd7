"""A cancelled party frees its place and disturbs nobody; another one may take it."""

import asyncio

from tracing import outcome, trace


async def party(name, barrier):
    try:
        await barrier.wait()
        trace(name, "passes")
    except asyncio.CancelledError:
        trace(name, "gave up, waiting", barrier.n_waiting)
        raise


async def main():
    barrier = asyncio.Barrier(3)
    tasks = [asyncio.create_task(party(name, barrier)) for name in "ab"]
    await asyncio.sleep(0.010)
    tasks[0].cancel()
    await asyncio.sleep(0.010)
    tasks += [asyncio.create_task(party(name, barrier)) for name in "cd"]
    await asyncio.wait(tasks)
    trace([outcome(task) for task in tasks], "broken", barrier.broken)
