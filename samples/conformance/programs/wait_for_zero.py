"""wait_for with no time at all: done is done, a coroutine never starts, a running task is cancelled."""

import asyncio

from tracing import outcome, trace


async def never():
    trace("never")


async def running():
    try:
        await asyncio.sleep(1)
    finally:
        trace("running task leaves")


async def main():
    done = asyncio.get_running_loop().create_future()
    done.set_result("value")
    for timeout in (0, -1):
        trace("done", await asyncio.wait_for(done, timeout))
        try:
            await asyncio.wait_for(never(), timeout)
        except TimeoutError as error:
            trace("coroutine", error)
        task = asyncio.create_task(running())
        await asyncio.sleep(0)
        try:
            await asyncio.wait_for(task, timeout)
        except TimeoutError as error:
            trace("task", error, outcome(task))
