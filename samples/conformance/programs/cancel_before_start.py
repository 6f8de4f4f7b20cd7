"""A task cancelled before its first step never runs its body; it ends in the place of that step."""

import asyncio

from tracing import outcome, trace


async def body(name):
    trace(name, "runs")


async def main():
    loop = asyncio.get_running_loop()
    a = asyncio.create_task(body("a"))
    b = asyncio.create_task(body("b"))
    c = asyncio.create_task(body("c"))
    for name, task in [("a", a), ("b", b), ("c", c)]:
        task.add_done_callback(lambda t, name=name: trace(name, "is done:", outcome(t)))
    trace("cancel", b.cancel("too early"))
    trace("right after", outcome(b), b.cancelling())
    loop.call_soon(trace, "callback behind the tasks")
    await asyncio.sleep(0)
    trace("one iteration later", [outcome(t) for t in (a, b, c)])
    try:
        await b
    except asyncio.CancelledError as error:
        trace("awaiting it gives", error)
    trace("cancel again", b.cancel())
