"""An inner group's failure is one member of the outer group's; the outer siblings are cancelled after it."""

import asyncio

from tracing import Boom, trace


async def fails(name, ms):
    await asyncio.sleep(ms / 1000)
    trace(name, "fails")
    raise Boom(name)


async def patient(name):
    try:
        await asyncio.sleep(1)
    finally:
        trace(name, "leaves")


async def inner():
    async with asyncio.TaskGroup() as group:
        group.create_task(fails("deep", 10))
        group.create_task(patient("inner sibling"))


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(patient("outer sibling"))
            group.create_task(inner())
    except BaseExceptionGroup as errors:
        trace("caught", errors)
