"""Done callbacks: in order of registration, each as often as registered, one iteration after the result."""

import asyncio

from tracing import trace


async def main():
    future = asyncio.get_running_loop().create_future()

    def once(f):
        trace("once", f.result())

    def twice(f):
        trace("twice", f.result())

    def removed(f):
        trace("never")

    for callback in (twice, removed, once, removed, twice):
        future.add_done_callback(callback)
    trace("removed", future.remove_done_callback(removed))
    trace("removed", future.remove_done_callback(removed))
    future.set_result("value")
    trace("removed after the result", future.remove_done_callback(once))
    trace("callbacks have not run")
    await asyncio.sleep(0)
    trace("callbacks have run")
    future.add_done_callback(once)
    trace("added to a done future: not called at once")
    await asyncio.sleep(0)
    trace("end")
