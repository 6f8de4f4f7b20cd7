"""A cancel while the consumer waits for a step arrives inside the generator first."""

import asyncio

from tracing import outcome, trace


async def slow():
    try:
        yield "first"
        await asyncio.sleep(1)
        yield "never"
    except asyncio.CancelledError as error:
        trace("generator gets", error)
        raise
    finally:
        trace("generator leaves")


async def consumer():
    try:
        async for item in slow():
            trace("got", item)
    except asyncio.CancelledError as error:
        trace("consumer gets", error)
        raise


async def main():
    task = asyncio.create_task(consumer())
    await asyncio.sleep(0.010)
    task.cancel("enough")
    await asyncio.wait([task])
    trace(outcome(task))
