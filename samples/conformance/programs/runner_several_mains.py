"""A runner runs several mains on one loop, with one context: variables set by one are seen by the next."""

import asyncio
from contextvars import ContextVar

from tracing import Boom, trace
from virtualtime import VirtualTimeLoop

var = ContextVar("var", default="default")


async def body(value):
    trace("sees", var.get())
    var.set(value)
    await asyncio.sleep(0.010)
    return value


async def failing():
    trace("sees", var.get())
    raise Boom("main")


def main():
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        trace(runner.run(body("one")))
        trace(runner.run(body("two")))
        try:
            runner.run(failing())
        except Boom as error:
            trace("caught", error)
        trace("outside", var.get())
        loop = runner.get_loop()
        trace("same loop", loop is runner.get_loop(), "closed", loop.is_closed())
    trace("closed", loop.is_closed())
    try:
        runner.get_loop()
    except RuntimeError as error:
        trace("closed runner:", error)
