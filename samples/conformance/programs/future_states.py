"""A future is pending, then has exactly one outcome; every second attempt is refused."""

import asyncio

from tracing import Boom, outcome, trace


def attempt(name, action):
    try:
        trace(name, "->", action())
    except BaseException as error:
        trace(name, "->", error)


async def main():
    loop = asyncio.get_running_loop()
    pending, value, failed, cancelled = (loop.create_future() for _ in range(4))
    value.set_result(None)
    failed.set_exception(Boom("stored"))
    cancelled.cancel("why not")
    for name, future in [("pending", pending), ("value", value), ("failed", failed), ("cancelled", cancelled)]:
        trace(name, "done", future.done(), "cancelled", future.cancelled())
        attempt("result", future.result)
        attempt("exception", future.exception)
    for name, future in [("value", value), ("failed", failed), ("cancelled", cancelled)]:
        trace("again,", name)
        attempt("set_result", lambda: future.set_result(1))
        attempt("set_exception", lambda: future.set_exception(Boom("late")))
        attempt("cancel", future.cancel)
        trace("still", outcome(future))
    attempt("cancel the pending one", pending.cancel)
    trace("now", outcome(pending))
