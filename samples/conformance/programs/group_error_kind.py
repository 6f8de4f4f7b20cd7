"""A failure outside Exception makes the other kind of group, which ``except Exception`` does not catch."""

import asyncio

from tracing import Boom, Crash, trace


async def fails(error, ms):
    try:
        await asyncio.sleep(ms / 1000)
    except asyncio.CancelledError:
        trace("cancelled, fails with", error)
    raise error


async def main():
    for errors in ([Boom("a"), Boom("b")], [Boom("a"), Crash("b")]):
        try:
            async with asyncio.TaskGroup() as group:
                for n, error in enumerate(errors):
                    group.create_task(fails(error, 10 + n))
        except Exception as caught:
            trace("an exception:", caught)
        except BaseException as caught:
            trace("not an exception:", caught)
