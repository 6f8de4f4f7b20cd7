"""Tasks given one context share it: each sees what the other left there."""

import asyncio
from contextvars import ContextVar, copy_context

from tracing import trace

log = ContextVar("log", default="")


async def append(letter):
    for _ in range(2):
        log.set(log.get() + letter)
        await asyncio.sleep(0)


async def main():
    context = copy_context()
    tasks = [asyncio.create_task(append(letter), context=context) for letter in "ab"]
    await asyncio.gather(*tasks)
    trace("context", context[log], "main", log.get() == "")
