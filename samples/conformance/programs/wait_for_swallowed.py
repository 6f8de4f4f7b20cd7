"""A body that answers the timeout with a value or a failure of its own: that is what comes out."""

import asyncio

from tracing import Boom, trace


async def answers(error):
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        trace("interrupted")
        await asyncio.sleep(0.005)
        if error:
            raise error
        return "all the same"


async def main():
    trace("value", await asyncio.wait_for(answers(None), 0.010))
    try:
        await asyncio.wait_for(answers(Boom("could not stop")), 0.010)
    except Boom as error:
        trace("failure", error)
    trace("cancelling", asyncio.current_task().cancelling())
