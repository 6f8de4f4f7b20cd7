"""A waiting task is one of the future's callbacks: it wakes in its place among them."""

import asyncio

from tracing import trace


async def waiter(name, future):
    trace(name, "waits")
    trace(name, "got", await future)


async def main():
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    future.add_done_callback(lambda f: trace("callback 1", f.result()))
    tasks = [asyncio.create_task(waiter("a", future))]
    await asyncio.sleep(0)
    future.add_done_callback(lambda f: trace("callback 2", f.result()))
    tasks.append(asyncio.create_task(waiter("b", future)))
    await asyncio.sleep(0)
    future.add_done_callback(lambda f: trace("callback 3", f.result()))
    loop.call_soon(trace, "queued before the result")
    future.set_result(7)
    loop.call_soon(trace, "queued after the result")
    trace("set, nobody ran yet")
    for task in tasks:
        await task
    trace("end")
