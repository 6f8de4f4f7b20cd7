"""wait for the first: whatever completed by the time of return counts as done."""

import asyncio

from tracing import trace


async def work(name, ms):
    await asyncio.sleep(ms / 1000)
    trace(name, "ends")
    return name


async def main():
    loop = asyncio.get_running_loop()
    tasks = [asyncio.create_task(work(name, ms)) for name, ms in [("a", 30), ("b", 10), ("c", 20)]]
    while tasks:
        done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        trace("done", [task.result() for task in tasks if task in done], "pending", len(pending))
        tasks = [task for task in tasks if task in pending]

    futures = [loop.create_future() for _ in range(3)]
    loop.call_soon(futures[2].set_result, "third")
    loop.call_soon(futures[0].set_result, "first")
    done, pending = await asyncio.wait(futures, return_when=asyncio.FIRST_COMPLETED)
    trace("in one iteration", [future in done for future in futures])
    futures[1].cancel()
