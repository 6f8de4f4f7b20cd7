"""stop() lets the current iteration finish; what that iteration scheduled waits for the next run."""

import asyncio

from tracing import trace
from virtualtime import VirtualTimeLoop


def main():
    loop = VirtualTimeLoop()

    def first():
        trace("first schedules a later one")
        loop.call_soon(trace, "later")

    loop.call_soon(first)
    loop.call_soon(loop.stop)
    loop.call_soon(trace, "third, after stop, same iteration")
    loop.run_forever()
    trace("stopped", loop.is_running())
    loop.call_soon(loop.stop)
    loop.run_forever()
    trace("stopped again")
    loop.close()
    trace("closed", loop.is_closed())
