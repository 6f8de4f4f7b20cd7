"""One producer, two workers, and a queue between them that holds at most two jobs."""

import asyncio

JOBS = [("wash", 0.1), ("dry", 0.25), ("iron", 0.3), ("fold", 0.3), ("sort", 0.3)]


async def producer(queue):
    for job in JOBS:
        await queue.put(job)
        print("queued", job[0])


async def worker(name, queue):
    while True:
        job, duration = await queue.get()
        print(name, "takes", job)
        await asyncio.sleep(duration)
        print(name, "has finished", job)
        queue.task_done()


async def main():
    queue = asyncio.Queue(maxsize=2)
    workers = [asyncio.create_task(worker(name, queue)) for name in ("Ann", "Bob")]
    await producer(queue)
    await queue.join()
    for task in workers:
        task.cancel()
    await asyncio.gather(*workers, return_exceptions=True)
    print("all jobs done")


asyncio.run(main())
