"""Tokens undo a set, back to no value at all, once, and only for their own variable."""

from contextvars import ContextVar, Token

from tracing import trace

first = ContextVar("first")
second = ContextVar("second", default="default")


def value(var):
    return var.get("no value")


async def main():
    one = first.set("one")
    two = first.set("two")
    trace(value(first), "before:", two.old_value, "missing before:", one.old_value is Token.MISSING)
    first.reset(two)
    trace(value(first))
    first.reset(one)
    trace(value(first))
    try:
        first.reset(one)
    except RuntimeError as error:
        trace("twice:", error)
    token = second.set("set")
    try:
        first.reset(token)
    except ValueError as error:
        trace("not its token:", error)
    second.reset(token)
    trace(second.get())
    try:
        first.get()
    except LookupError as error:
        trace("get:", error)
