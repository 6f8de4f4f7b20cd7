"""A cancel goes down to what the innermost task waits for, and its message comes all the way up."""

import asyncio

from tracing import outcome, trace


async def link(depth, bottom):
    try:
        if depth == 0:
            await bottom
        else:
            await asyncio.create_task(link(depth - 1, bottom))
    except asyncio.CancelledError as error:
        trace("link", depth, "gets", error, "cancelling", asyncio.current_task().cancelling())
        raise


async def main():
    bottom = asyncio.get_running_loop().create_future()
    top = asyncio.create_task(link(2, bottom))
    await asyncio.sleep(0.010)
    trace("cancel", top.cancel("from the top"))
    trace("the bottom at once:", outcome(bottom), "the top:", outcome(top))
    try:
        await top
    except asyncio.CancelledError as error:
        trace("main gets", error)
    trace(outcome(top))
