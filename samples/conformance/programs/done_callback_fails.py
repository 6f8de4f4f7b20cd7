"""A failing done callback is reported and does not keep the others from running."""

import asyncio

from tracing import Boom, trace


async def waiter(future):
    trace("waiter got", await future)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: trace("reported", context["exception"]))
    future = loop.create_future()

    def fails(f):
        trace("fails")
        raise Boom("in callback")

    future.add_done_callback(fails)
    task = asyncio.create_task(waiter(future))
    await asyncio.sleep(0)
    future.add_done_callback(lambda f: trace("third callback", f.result()))
    future.set_result(1)
    await task
    trace("end")
