"""gather gives results in argument order, whatever the order of completion; its tasks start in argument order."""

import asyncio

from tracing import trace


async def work(name, ms):
    trace(name, "starts")
    await asyncio.sleep(ms / 1000)
    trace(name, "ends")
    return name


async def main():
    results = asyncio.gather(work("a", 30), work("b", 10), work("c", 20))
    trace("nothing runs yet")
    trace(await results)
    done = asyncio.get_running_loop().create_future()
    done.set_result("was done")
    trace(await asyncio.gather(done, asyncio.create_task(work("d", 5))))
