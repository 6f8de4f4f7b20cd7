"""One loop, several runs: what one leaves behind goes on in the next."""

import asyncio

from tracing import Boom, trace
from virtualtime import VirtualTimeLoop


async def background():
    for n in range(4):
        trace("background", n)
        await asyncio.sleep(0.010)


async def short(name, ms):
    trace(name, "begins")
    await asyncio.sleep(ms / 1000)
    trace(name, "ends")
    return name


async def failing():
    await asyncio.sleep(0)
    raise Boom("main failed")


def main():
    loop = VirtualTimeLoop()
    task = loop.create_task(background())
    trace(loop.run_until_complete(short("one", 15)))
    try:
        loop.run_until_complete(failing())
    except Boom as error:
        trace("caught", error)
    trace(loop.run_until_complete(short("two", 8)), "background done", task.done())
    loop.run_until_complete(task)
    trace("background done", task.done())
    loop.close()
    try:
        loop.call_soon(trace, "never")
    except RuntimeError as error:
        trace("closed loop refuses:", error)
