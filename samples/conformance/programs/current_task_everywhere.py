"""current_task() is the running task, none in a callback; all_tasks() are those not done."""

import asyncio

from tracing import trace


def name():
    task = asyncio.current_task()
    return None if task is None else task.get_name()


async def child():
    trace("child is", name())
    await asyncio.sleep(0)
    trace("child is still", name())


def everybody():
    return sorted(task.get_name() for task in asyncio.all_tasks())


async def main():
    asyncio.current_task().set_name("main")
    loop = asyncio.get_running_loop()
    loop.call_soon(lambda: trace("callback is", name()))
    task = asyncio.create_task(child(), name="kid")
    task.add_done_callback(lambda _: trace("done callback is", name(), everybody()))
    trace("main is", name(), everybody())
    await asyncio.sleep(0)
    trace("main is still", name())
    task.set_name("renamed")
    trace(everybody())
    await task
    trace("main again", name(), everybody())
