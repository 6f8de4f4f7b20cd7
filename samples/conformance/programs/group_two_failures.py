"""Failures during the shutdown of a group are collected, in the order they happened."""

import asyncio

from tracing import Boom, trace


async def fails(ms):
    await asyncio.sleep(ms / 1000)
    raise Boom("first")


async def fails_when_cancelled(name, ms):
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        await asyncio.sleep(ms / 1000)
        trace(name, "fails too")
        raise Boom(name)


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fails_when_cancelled("slow", 20))
            group.create_task(fails_when_cancelled("quick", 10))
            group.create_task(fails(10))
    except* Boom as errors:
        trace("group failed with", errors)
