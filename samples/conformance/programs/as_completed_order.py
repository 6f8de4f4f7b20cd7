"""as_completed hands out results as they come, failures included; leaving it early cancels nobody."""

import asyncio

from tracing import Boom, outcome, trace


async def work(name, ms):
    await asyncio.sleep(ms / 1000)
    if name == "bad":
        raise Boom(name)
    return name


async def main():
    tasks = [asyncio.create_task(work(name, ms)) for name, ms in [("a", 30), ("b", 10), ("bad", 20), ("c", 40)]]
    for completed in asyncio.as_completed(tasks):
        try:
            trace("next", await completed)
        except Boom as error:
            trace("next failed", error)

    tasks = [asyncio.create_task(work(name, ms)) for name, ms in [("d", 10), ("e", 20)]]
    for completed in asyncio.as_completed(tasks):
        trace("only", await completed)
        break
    trace([outcome(task) for task in tasks])
    trace("the other one goes on:", await tasks[1])
