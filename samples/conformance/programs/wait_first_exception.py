"""wait for the first exception: a cancelled future is none; without any it waits for all."""

import asyncio

from tracing import Boom, outcome, trace


async def work(ms, error=None):
    await asyncio.sleep(ms / 1000)
    if error:
        raise error
    return ms


async def main():
    tasks = [asyncio.create_task(c) for c in (work(10), work(20, Boom("at 20")), work(30))]
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    trace("done", len(done), [outcome(task) for task in tasks])
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    trace("a failure already there: done", len(done), "pending", len(pending))
    await tasks[2]

    tasks = [asyncio.create_task(c) for c in (work(10), work(50), work(30))]
    asyncio.get_running_loop().call_later(0.020, tasks[1].cancel)
    done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    trace("done", len(done), [outcome(task) for task in tasks])
