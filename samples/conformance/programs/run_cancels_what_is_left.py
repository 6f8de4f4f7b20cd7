"""When main ends, tasks left over are cancelled and awaited; those that fail then are reported."""

import asyncio

from tracing import Boom, trace
from virtualtime import VirtualTimeLoop


async def left_over(name, cleanup_ms, fails):
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        await asyncio.sleep(cleanup_ms / 1000)
        trace(name, "was cancelled and cleaned up")
        if fails:
            raise Boom(name)
        raise


async def body(tasks):
    asyncio.get_running_loop().set_exception_handler(
        lambda _, context: trace("reported", context["exception"], "task" in context)
    )
    tasks.append(asyncio.create_task(left_over("a", 20, False)))
    tasks.append(asyncio.create_task(left_over("b", 10, True)))
    await asyncio.sleep(0.010)
    trace("main ends")
    return "value"


def main():
    tasks = []
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        trace("main gave", runner.run(body(tasks)))
        trace("left over, not touched yet", [task.done() for task in tasks])
    trace("closed", [task.done() for task in tasks], [task.cancelled() for task in tasks])
