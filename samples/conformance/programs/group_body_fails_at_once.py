"""A body that fails before it ever gave way: tasks that never ran are cancelled without running."""

import asyncio

from tracing import Boom, outcome, trace


async def child(name):
    trace(name, "never runs")


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(child("a"))
            raise Boom("body")
    except* Boom as errors:
        trace("group failed with", errors)
    trace(outcome(task))
