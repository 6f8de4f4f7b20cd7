"""A cancelled wait leaves what it waited for alone."""

import asyncio

from tracing import outcome, trace


async def work(name, ms):
    await asyncio.sleep(ms / 1000)
    trace(name, "ends")
    return name


async def waiter(tasks):
    try:
        await asyncio.wait(tasks)
    except asyncio.CancelledError as error:
        trace("waiter gets", error)
        raise


async def main():
    tasks = [asyncio.create_task(work(name, ms)) for name, ms in [("a", 20), ("b", 30)]]
    waiting = asyncio.create_task(waiter(tasks))
    await asyncio.sleep(0.010)
    waiting.cancel("no patience")
    await asyncio.wait([waiting])
    trace(outcome(waiting), [outcome(task) for task in tasks])
    trace(await tasks[0], await tasks[1])
