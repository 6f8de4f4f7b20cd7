"""shield: the caller's cancel stops at the shield, the inner task runs on."""

import asyncio

from tracing import outcome, trace


async def precious():
    await asyncio.sleep(0.030)
    trace("inner ends")
    return "value"


async def caller(inner):
    try:
        await asyncio.shield(inner)
    except asyncio.CancelledError as error:
        trace("caller gets", error)
        raise


async def main():
    inner = asyncio.create_task(precious())
    task = asyncio.create_task(caller(inner))
    await asyncio.sleep(0.010)
    task.cancel("not that far")
    await asyncio.wait([task])
    trace("caller", outcome(task), "inner", outcome(inner), inner.cancelling())
    trace("inner gives", await inner)
