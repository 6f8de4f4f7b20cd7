"""A barrier lets its parties go together, round after round, each with an index of its own."""

import asyncio

from tracing import trace


async def party(name, ms, barrier):
    for round in range(2):
        await asyncio.sleep(ms / 1000)
        trace(name, "arrives, waiting before it", barrier.n_waiting)
        index = await barrier.wait()
        trace(name, "passes round", round, "as", index)


async def main():
    barrier = asyncio.Barrier(3)
    await asyncio.gather(party("a", 30, barrier), party("b", 10, barrier), party("c", 20, barrier))
    trace("waiting", barrier.n_waiting, "broken", barrier.broken, "parties", barrier.parties)
