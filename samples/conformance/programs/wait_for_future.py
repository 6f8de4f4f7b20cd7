"""wait_for on a future or task: it is cancelled at the timeout, and awaited."""

import asyncio

from tracing import outcome, trace


async def work(name):
    try:
        await asyncio.sleep(1)
    finally:
        trace(name, "leaves")


async def main():
    future = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(work("task"))
    for waited in (future, task):
        try:
            await asyncio.wait_for(waited, 0.010)
        except TimeoutError as error:
            trace("gave", error, outcome(waited))
    done = asyncio.get_running_loop().create_future()
    done.set_result("done already")
    trace(await asyncio.wait_for(done, 0.010))
