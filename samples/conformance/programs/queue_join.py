"""join() waits until every item put has been reported done, not only taken."""

import asyncio

from tracing import trace


async def worker(name, ms, queue):
    while True:
        item = await queue.get()
        trace(name, "takes", item)
        await asyncio.sleep(ms / 1000)
        trace(name, "finished", item)
        queue.task_done()


async def main():
    queue = asyncio.Queue()
    await queue.join()
    trace("nothing to wait for")
    for item in range(5):
        queue.put_nowait(item)
    workers = [asyncio.create_task(worker(name, ms, queue)) for name, ms in [("a", 10), ("b", 17)]]
    await queue.join()
    trace("all done")
    for task in workers:
        task.cancel()
    await asyncio.wait(workers)
    try:
        queue.task_done()
    except ValueError as error:
        trace("one too many:", error)
