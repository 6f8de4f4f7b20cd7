"""After its CancelledError a task waits normally: clean-up may take its time."""

import asyncio

from tracing import outcome, trace


async def body():
    try:
        await asyncio.sleep(1)
    finally:
        trace("cleans up")
        await asyncio.sleep(0.020)
        for step in range(2):
            await asyncio.sleep(0)
            trace("step", step)
        trace("clean")


async def main():
    task = asyncio.create_task(body())
    await asyncio.sleep(0.010)
    task.cancel()
    await asyncio.sleep(0.010)
    trace("meanwhile", outcome(task))
    await asyncio.wait([task])
    trace("ended", outcome(task))
