"""A new task is one more entry in the queue: creating it runs nothing of it."""

import asyncio

from tracing import trace


async def child(name):
    trace(name, "starts")
    await asyncio.sleep(0)
    trace(name, "goes on")


async def main():
    loop = asyncio.get_running_loop()
    a = asyncio.create_task(child("a"))
    loop.call_soon(trace, "callback between a and b")
    b = asyncio.create_task(child("b"))
    loop.call_soon(trace, "callback after b")
    trace("nothing ran yet:", a.done(), b.done())
    await asyncio.sleep(0)
    trace("main after the first steps")
    await asyncio.sleep(0)
    trace("main after the second steps:", a.done(), b.done())
