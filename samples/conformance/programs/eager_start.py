"""Eager tasks run inside create_task up to their first wait; one that never waits is done on return."""

import asyncio

from tracing import Boom, outcome, trace

SINCE = (3, 12)


async def quick(name):
    trace(name, "runs, in main's task:", asyncio.current_task().get_name() == "main")
    return name


async def failing():
    raise Boom("at once")


async def slow(name):
    trace(name, "begins")
    await asyncio.sleep(0)
    trace(name, "goes on")
    return name


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    asyncio.current_task().set_name("main")
    loop.call_soon(trace, "callback queued before")
    done = asyncio.create_task(quick("quick"))
    trace("created", outcome(done), "cancel", done.cancel(), "back in", asyncio.current_task().get_name())
    done.add_done_callback(lambda _: trace("done callback"))
    failed = asyncio.create_task(failing())
    trace("created", outcome(failed))
    waiting = asyncio.create_task(slow("slow"))
    trace("created", outcome(waiting))
    trace("awaits", await done, "without giving way")
    trace(await waiting)
    loop.set_task_factory(None)
    ordinary = asyncio.create_task(quick("ordinary"))
    trace("created", outcome(ordinary))
    await ordinary
