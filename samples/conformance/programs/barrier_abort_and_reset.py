"""abort() breaks the barrier for those waiting and those to come; reset() makes it whole again."""

import asyncio

from tracing import trace


async def party(name, barrier):
    try:
        trace(name, "passes as", await barrier.wait())
    except asyncio.BrokenBarrierError as error:
        trace(name, error)


async def main():
    barrier = asyncio.Barrier(3)
    waiting = [asyncio.create_task(party(name, barrier)) for name in "ab"]
    await asyncio.sleep(0.010)
    await barrier.abort()
    trace("aborted, broken", barrier.broken)
    await asyncio.gather(*waiting)
    await party("late", barrier)
    await barrier.reset()
    trace("reset, broken", barrier.broken)

    waiting = [asyncio.create_task(party(name, barrier)) for name in "cd"]
    await asyncio.sleep(0.010)
    await barrier.reset()
    await asyncio.gather(*waiting)
    trace("reset while they waited, broken", barrier.broken, "waiting", barrier.n_waiting)
    await asyncio.gather(*(party(name, barrier) for name in "efg"))
