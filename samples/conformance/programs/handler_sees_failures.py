"""The exception handler hears of failing callbacks and timers; the loop and the other entries go on."""

import asyncio

from tracing import Boom, trace


async def main():
    loop = asyncio.get_running_loop()

    def handler(which, context):
        trace("handler:", context["exception"], "same loop", which is loop, "has a handle", "handle" in context)

    def fails(name):
        raise Boom(name)

    loop.set_exception_handler(handler)
    trace("installed", loop.get_exception_handler() is handler)
    loop.call_soon(fails, "callback")
    loop.call_soon(trace, "next in the queue")
    loop.call_later(0.010, fails, "timer")
    await asyncio.sleep(0.020)
    loop.call_exception_handler({"message": "by hand", "exception": Boom("by hand")})
    loop.set_exception_handler(None)
    trace("removed", loop.get_exception_handler() is None)
