"""Tasks that yield take turns, in a fixed order, however many turns they need."""

import asyncio

from tracing import trace


async def worker(name, turns):
    for turn in range(turns):
        trace(name, "turn", turn)
        await asyncio.sleep(0)
    trace(name, "ends")
    return turns


async def main():
    tasks = [asyncio.create_task(worker(name, turns)) for name, turns in [("a", 3), ("b", 1), ("c", 2)]]
    for turn in range(5):
        trace("main turn", turn, [task.done() for task in tasks])
        await asyncio.sleep(0)
    trace("results", [task.result() for task in tasks])
