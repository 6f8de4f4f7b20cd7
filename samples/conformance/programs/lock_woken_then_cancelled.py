"""A waiter cancelled after it was woken, before it ran: the lock goes to the next one, not lost."""

import asyncio

from tracing import outcome, trace


async def waiter(name, lock):
    try:
        async with lock:
            trace(name, "holds")
    except asyncio.CancelledError:
        trace(name, "gave up, locked", lock.locked())
        raise


async def main():
    lock = asyncio.Lock()
    await lock.acquire()
    a = asyncio.create_task(waiter("a", lock))
    b = asyncio.create_task(waiter("b", lock))
    await asyncio.sleep(0)
    lock.release()
    trace("cancel a", a.cancel())
    await asyncio.wait([a, b])
    trace(outcome(a), outcome(b), "locked", lock.locked())
