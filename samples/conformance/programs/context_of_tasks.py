"""A task has its own copy of the context, taken when it is created; its changes stay inside."""

import asyncio
from contextvars import ContextVar

from tracing import trace

color = ContextVar("color", default="none yet")


async def child(name):
    trace(name, "sees", color.get())
    color.set(name)
    await asyncio.sleep(0)
    trace(name, "still sees", color.get())


async def callee():
    color.set("set by a callee")


async def main():
    trace("main sees", color.get())
    color.set("red")
    first = asyncio.create_task(child("first"))
    color.set("blue")
    second = asyncio.create_task(child("second"))
    color.set("green")
    await asyncio.gather(first, second)
    trace("main sees", color.get())
    await callee()
    trace("main sees", color.get())
