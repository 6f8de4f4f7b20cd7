"""wait_for around a shield: the caller gives up, the work goes on."""

import asyncio

from tracing import outcome, trace


async def work():
    await asyncio.sleep(0.030)
    trace("work ends")
    return "value"


async def main():
    task = asyncio.create_task(work())
    for timeout in (0.010, 0):
        try:
            await asyncio.wait_for(asyncio.shield(task), timeout)
        except TimeoutError as error:
            trace("gave up:", error, outcome(task))
    trace(await asyncio.wait_for(asyncio.shield(task), 1))
