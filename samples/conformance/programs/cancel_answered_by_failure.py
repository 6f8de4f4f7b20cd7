"""A task that answers a cancel with an exception, or by raising CancelledError itself."""

import asyncio

from tracing import Boom, outcome, trace


async def fails():
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        raise Boom("could not clean up")


async def raises_by_itself():
    await asyncio.sleep(0)
    raise asyncio.CancelledError("nobody asked")


async def main():
    failing = asyncio.create_task(fails())
    own = asyncio.create_task(raises_by_itself())
    await asyncio.sleep(0.010)
    failing.cancel()
    await asyncio.wait([failing, own])
    trace("failing", outcome(failing), "cancelled", failing.cancelled(), "cancelling", failing.cancelling())
    trace("own", outcome(own), "cancelled", own.cancelled(), "cancelling", own.cancelling())
    try:
        await own
    except asyncio.CancelledError as error:
        trace("own gave", error)
