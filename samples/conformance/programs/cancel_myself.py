"""A task that cancels itself runs on until it next gives way; calls that do not give way do not notice."""

import asyncio

from tracing import outcome, trace


async def body():
    done = asyncio.get_running_loop().create_future()
    done.set_result("no wait")
    trace("cancel", asyncio.current_task().cancel("by myself"))
    trace("runs on", await done)
    lock = asyncio.Lock()
    await lock.acquire()
    trace("took a free lock", lock.locked())
    try:
        await asyncio.sleep(0)
        trace("never")
    except asyncio.CancelledError as error:
        trace("at the first wait", error)
    await asyncio.sleep(0.010)
    trace("later waits work")
    return "survived"


async def main():
    task = asyncio.create_task(body())
    trace(await task)
    trace(outcome(task), "cancelling", task.cancelling())
