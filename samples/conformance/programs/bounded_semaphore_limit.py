"""A bounded semaphore refuses one release too many and is not changed by it."""

import asyncio

from tracing import trace


async def main():
    semaphore = asyncio.BoundedSemaphore(2)
    await semaphore.acquire()
    semaphore.release()
    try:
        semaphore.release()
    except ValueError as error:
        trace("one too many:", error)
    await semaphore.acquire()
    await semaphore.acquire()
    trace("locked", semaphore.locked())
    for value in (0, -1):
        try:
            trace("value", value, "locked", asyncio.Semaphore(value).locked())
        except ValueError as error:
            trace("value", value, error)
