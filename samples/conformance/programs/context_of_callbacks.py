"""Callbacks, timers and done callbacks run in a copy of the context of their registration."""

import asyncio
from contextvars import ContextVar, copy_context

from tracing import trace

var = ContextVar("var")


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    def callback(name, *_):
        trace(name, "sees", var.get())
        var.set("changed by " + name)

    var.set("soon")
    loop.call_soon(callback, "call_soon")
    var.set("later")
    loop.call_later(0.010, callback, "call_later")
    var.set("done")
    future.add_done_callback(lambda f: callback("done callback"))
    var.set("given")
    context = copy_context()
    loop.call_soon(callback, "given context", context=context)
    future.add_done_callback(lambda f: callback("done callback in it"), context=context)
    var.set("main")
    await asyncio.sleep(0.020)
    future.set_result(None)
    await asyncio.sleep(0)
    trace("main sees", var.get(), "the given context has", context[var])
