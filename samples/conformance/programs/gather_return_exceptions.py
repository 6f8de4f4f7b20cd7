"""With return_exceptions every outcome is a result, that of a cancelled child too."""

import asyncio

from tracing import Boom, kind, trace


async def work(name, ms):
    await asyncio.sleep(ms / 1000)
    if name == "bad":
        raise Boom(name)
    return name


async def main():
    tasks = [asyncio.create_task(work(name, ms)) for name, ms in [("good", 30), ("bad", 10), ("cut", 40)]]
    asyncio.get_running_loop().call_later(0.020, tasks[2].cancel)
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        trace("result", kind(result) if isinstance(result, BaseException) else result)
