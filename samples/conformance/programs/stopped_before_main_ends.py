"""A main cut off by stop() is an error for the caller, yet the task goes on in the next run."""

import asyncio

from tracing import outcome, trace
from virtualtime import VirtualTimeLoop


async def body():
    trace("body begins")
    await asyncio.sleep(0.020)
    trace("body ends")
    return "value"


def main():
    loop = VirtualTimeLoop()
    task = loop.create_task(body())
    loop.call_later(0.010, loop.stop)
    try:
        loop.run_until_complete(task)
    except RuntimeError as error:
        trace("stopped early:", error, outcome(task))
    trace("second run gives", loop.run_until_complete(task))
    trace("a done task too", loop.run_until_complete(task))
    loop.close()
