"""A loop cannot be run from inside a running one; what was to be run never starts."""

import asyncio

from tracing import trace
from virtualtime import VirtualTimeLoop


async def never():
    trace("never")


def attempt(name, action):
    coroutine = never()
    try:
        action(coroutine)
    except RuntimeError as error:
        trace(name, error)
    finally:
        coroutine.close()


async def main():
    loop = asyncio.get_running_loop()
    attempt("asyncio.run:", asyncio.run)
    attempt("the loop itself:", loop.run_until_complete)
    other = VirtualTimeLoop()
    attempt("another loop:", other.run_until_complete)
    other.close()
    try:
        loop.close()
    except RuntimeError as error:
        trace("close while running:", error)
    await asyncio.sleep(0)
    trace("the loop goes on")
