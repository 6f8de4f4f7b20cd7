"""What an eager task sets in its first step stays in its own context."""

import asyncio
from contextvars import ContextVar

from tracing import trace

SINCE = (3, 12)

var = ContextVar("var", default="default")


async def child():
    trace("child sees", var.get())
    var.set("child")
    await asyncio.sleep(0)
    trace("child still sees", var.get())


async def main():
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    var.set("main")
    task = asyncio.create_task(child())
    trace("main sees", var.get())
    await task
    trace("main still sees", var.get())
