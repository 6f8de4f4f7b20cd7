"""timeout_at takes a moment of the loop's clock; several waits share one deadline."""

import asyncio

from tracing import trace


async def main():
    loop = asyncio.get_running_loop()
    deadline = loop.time() + 0.025
    for round in range(2):
        try:
            async with asyncio.timeout_at(deadline) as scope:
                trace("time left", round, scope.when() == deadline)
                for step in range(3):
                    await asyncio.sleep(0.010)
                    trace("step", step)
        except TimeoutError:
            trace("deadline passed")
