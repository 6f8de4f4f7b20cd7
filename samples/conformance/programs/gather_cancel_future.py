"""Cancelling the gather itself: children are cancelled, then it fails with CancelledError, not being cancelled()."""

import asyncio

from tracing import trace


async def child(name):
    try:
        await asyncio.sleep(1)
    finally:
        trace(name, "leaves")


async def main():
    gathered = asyncio.gather(child("a"), child("b"))
    await asyncio.sleep(0.010)
    trace("cancel", gathered.cancel(), "done", gathered.done())
    try:
        await gathered
    except asyncio.CancelledError as error:
        trace("gave", error)
    trace("done", gathered.done(), "cancelled", gathered.cancelled(), "cancel again", gathered.cancel())
