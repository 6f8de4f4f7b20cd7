"""A task group ends when its last task does; results are read from the tasks."""

import asyncio

from tracing import trace


async def work(name, ms):
    trace(name, "starts")
    await asyncio.sleep(ms / 1000)
    trace(name, "ends")
    return name


async def main():
    async with asyncio.TaskGroup() as group:
        a = group.create_task(work("a", 20))
        b = group.create_task(work("b", 10))
        trace("body ends")
    trace("group ends", a.result(), b.result())
    async with asyncio.TaskGroup():
        trace("an empty one")
    trace("ends at once")
