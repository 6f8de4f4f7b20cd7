"""Sleeping tasks wake by the clock; sleep hands back the value it was given."""

import asyncio

from tracing import trace


async def sleeper(ms):
    value = await asyncio.sleep(ms / 1000, result=ms)
    trace("woke", value)
    return value


async def main():
    tasks = [asyncio.create_task(sleeper(ms)) for ms in (50, 10, 40, 20, 30)]
    results = [await task for task in tasks]
    trace("results", results)
