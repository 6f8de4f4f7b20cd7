"""A group takes no task after a failure and none when it is over; what it refuses never runs."""

import asyncio

from tracing import Boom, trace


async def never():
    trace("never")


async def fails():
    raise Boom("child")


def attempt(group, when):
    coroutine = never()
    try:
        group.create_task(coroutine)
    except RuntimeError as error:
        trace(when, "refused:", error)
    finally:
        coroutine.close()


async def late_comer(group):
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        attempt(group, "while shutting down")
        raise


async def main():
    group = asyncio.TaskGroup()
    attempt(group, "before it began")
    try:
        async with group:
            group.create_task(late_comer(group))
            group.create_task(fails())
    except* Boom as errors:
        trace(errors)
    attempt(group, "after the end")
