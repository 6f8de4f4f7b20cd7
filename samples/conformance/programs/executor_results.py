"""Jobs of an executor come back as loop entries, value or failure, in the order the one worker did them."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from tracing import Boom, trace


def job(value):
    if value == "bad":
        raise Boom(value)
    return value


async def main():
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=1) as executor:
        futures = [loop.run_in_executor(executor, job, value) for value in ("a", "bad", "c")]
        for name, future in zip("123", futures):
            future.add_done_callback(lambda f, name=name: trace("done", name))
        for result in await asyncio.gather(*futures, return_exceptions=True):
            trace("result", result)
    await asyncio.sleep(0.010)
    trace("end")
