"""shutdown(immediate=True) drops what is in the queue and counts it as done; items taken still count."""

import asyncio

from tracing import trace

SINCE = (3, 13)


async def joiner(queue):
    await queue.join()
    trace("joined")


async def main():
    queue = asyncio.Queue()
    for item in "abc":
        queue.put_nowait(item)
    joining = asyncio.create_task(joiner(queue))
    trace("got", await queue.get())
    await asyncio.sleep(0)
    queue.shutdown(immediate=True)
    trace("size", queue.qsize())
    try:
        queue.get_nowait()
    except asyncio.QueueShutDown as error:
        trace("get", error)
    await asyncio.sleep(0.010)
    trace("joined", joining.done())
    queue.task_done()
    await joining
