"""stop() before the run means exactly one iteration, with due timers but without waiting for any."""

import asyncio

from tracing import trace
from virtualtime import VirtualTimeLoop


def main():
    loop = VirtualTimeLoop()

    def again():
        trace("ready")
        loop.call_soon(trace, "of the next iteration")

    loop.call_soon(again)
    loop.call_later(-0.001, trace, "timer already due")
    loop.call_later(10, trace, "timer of ten seconds")
    loop.stop()
    loop.run_forever()
    trace("one iteration")
    loop.stop()
    loop.run_forever()
    trace("one more")
    loop.call_later(20, loop.stop)
    loop.run_forever()
    trace("twenty seconds, no time outside the loop")
    loop.close()
