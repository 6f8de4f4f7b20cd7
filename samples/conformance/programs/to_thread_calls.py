"""to_thread: value, failure, and a copy of the context whose changes do not come back."""

import asyncio
import threading
from contextvars import ContextVar

from tracing import Boom, trace

var = ContextVar("var", default="default")


async def main():
    loop_thread = threading.get_ident()

    def job():
        seen = var.get()
        var.set("changed in the thread")
        return [seen, threading.get_ident() == loop_thread]

    def failing():
        raise Boom("in the thread")

    var.set("main")
    trace("value", await asyncio.to_thread(job))
    trace("main still sees", var.get())
    try:
        await asyncio.to_thread(failing)
    except Boom as error:
        trace("failure", error)
