"""Two tasks await one plain future: cancelling one cancels the future, and so interrupts the other."""

import asyncio

from tracing import outcome, trace


async def waiter(name, future):
    try:
        await future
    except asyncio.CancelledError as error:
        trace(name, "gets", error, "cancelling", asyncio.current_task().cancelling())
        raise


async def main():
    future = asyncio.get_running_loop().create_future()
    a = asyncio.create_task(waiter("a", future))
    b = asyncio.create_task(waiter("b", future))
    await asyncio.sleep(0)
    trace("cancel b", b.cancel("for b"))
    trace("future", outcome(future))
    await asyncio.wait([a, b])
    trace(outcome(a), outcome(b))
