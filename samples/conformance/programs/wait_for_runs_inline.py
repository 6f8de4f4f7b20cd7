"""wait_for runs its coroutine in the calling task: same task, same context, no switch if nothing waits."""

import asyncio
from contextvars import ContextVar

from tracing import trace

SINCE = (3, 12)

var = ContextVar("var", default="default")


async def body(task):
    trace("same task", asyncio.current_task() is task)
    var.set("set inside")
    return "value"


async def main():
    asyncio.get_running_loop().call_soon(trace, "callback")
    trace(await asyncio.wait_for(body(asyncio.current_task()), 1))
    trace("main sees", var.get())
    await asyncio.sleep(0)
