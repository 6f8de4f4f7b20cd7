"""Cancelling the caller of wait_for: the body is interrupted and cleans up, the caller is cancelled."""

import asyncio

from tracing import outcome, trace


async def body():
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        trace("body interrupted")
        await asyncio.sleep(0.010)
        trace("body cleaned up")
        raise


async def caller(timeout):
    try:
        await asyncio.wait_for(body(), timeout)
    except asyncio.CancelledError:
        trace("caller interrupted")
        raise


async def main():
    for timeout in (10, None):
        task = asyncio.create_task(caller(timeout))
        await asyncio.sleep(0.010)
        trace("cancel", task.cancel())
        await asyncio.wait([task])
        trace(outcome(task), "cancelling", task.cancelling())
