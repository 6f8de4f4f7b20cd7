"""Calls from another thread arrive in their order; a coroutine sent from there answers there."""

import asyncio

from tracing import Boom, trace


async def answer(value):
    trace("runs on the loop:", value)
    await asyncio.sleep(0)
    if value == "bad":
        raise Boom(value)
    return value


async def main():
    loop = asyncio.get_running_loop()

    def thread():
        for n in range(3):
            loop.call_soon_threadsafe(trace, "from the thread", n)
        results = [asyncio.run_coroutine_threadsafe(answer("good"), loop).result()]
        try:
            asyncio.run_coroutine_threadsafe(answer("bad"), loop).result()
        except Boom as error:
            results.append(error)
        return results

    loop.call_soon_threadsafe(trace, "from the loop itself")
    loop.call_soon(trace, "call_soon after it")
    trace("main waits")
    trace("the thread got", await asyncio.to_thread(thread))
