"""Context.run: changes stay in that context; a copy is a snapshot; a context is entered once at a time."""

import asyncio
from contextvars import Context, ContextVar, copy_context

from tracing import Boom, trace

var = ContextVar("var", default="default")


async def main():
    var.set("main")
    context = copy_context()

    def change():
        trace("inside", var.get())
        var.set("changed")
        return "returned"

    trace(context.run(change), "main", var.get(), "context", context[var])
    snapshot = context.copy()
    context.run(var.set, "changed again")
    trace("snapshot", snapshot[var], "context", context[var])
    empty = Context()
    trace("empty", var in empty, len(empty), empty.run(var.get))

    def enter_again():
        context.run(change)

    try:
        context.run(enter_again)
    except RuntimeError as error:
        trace("entered twice:", error)

    def fail():
        var.set("before the failure")
        raise Boom("inside")

    try:
        context.run(fail)
    except Boom as error:
        trace(error, "context", context[var], "main", var.get())
