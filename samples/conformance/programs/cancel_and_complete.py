"""Completion and cancel in one iteration: the cancel wins, the value stays in the future."""

import asyncio

from tracing import outcome, trace


async def waiter(name, future):
    try:
        trace(name, "got", await future)
    except asyncio.CancelledError as error:
        trace(name, "got", error, "future:", outcome(future))
        raise


async def main():
    loop = asyncio.get_running_loop()
    for name in ("value, then cancel", "cancel, then value"):
        future = loop.create_future()
        task = asyncio.create_task(waiter(name, future))
        await asyncio.sleep(0.010)
        if name.startswith("value"):
            future.set_result("value")
            trace("cancel", task.cancel("late"))
        else:
            trace("cancel", task.cancel("early"))
            try:
                future.set_result("value")
            except asyncio.InvalidStateError as error:
                trace("set_result", error)
        await asyncio.wait([task])
        trace("task:", outcome(task), "future:", outcome(future))
