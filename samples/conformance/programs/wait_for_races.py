"""Value and cancel, value and deadline in one iteration: the cancel wins over the value, so does the deadline."""

import asyncio

from tracing import busy, outcome, trace

SINCE = (3, 12)


async def caller(future):
    try:
        trace("got", await asyncio.wait_for(future, 0.020))
    except TimeoutError as error:
        trace("gave", error)
    except asyncio.CancelledError:
        trace("cancelled")
        raise


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    task = asyncio.create_task(caller(future))
    await asyncio.sleep(0.010)
    future.set_result("value")
    task.cancel()
    await asyncio.wait([task])
    trace(outcome(task), "future:", outcome(future))

    future = loop.create_future()
    task = asyncio.create_task(caller(future))
    await asyncio.sleep(0.010)
    loop.call_later(0.009, future.set_result, "value")
    loop.call_soon(busy, 15)
    await asyncio.wait([task])
    trace(outcome(task), "future:", outcome(future))
