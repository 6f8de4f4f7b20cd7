"""Every awaiter of a failed future gets the very same exception object, in the order they began to wait."""

import asyncio

from tracing import Boom, trace


async def waiter(name, future, seen):
    try:
        await future
    except Boom as error:
        trace(name, "caught", error)
        seen.append(error)
        if name == "b":
            raise


async def main():
    future = asyncio.get_running_loop().create_future()
    seen = []
    tasks = [asyncio.create_task(waiter(name, future, seen)) for name in "abc"]
    await asyncio.sleep(0)
    future.set_exception(Boom("shared"))
    for task in tasks:
        try:
            trace("task ended with", await task)
        except Boom as error:
            trace("task failed with", error, "the same object", error is seen[0])
    trace("all the same", all(error is seen[0] for error in seen), len(seen))
