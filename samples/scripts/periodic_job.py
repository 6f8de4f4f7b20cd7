"""A job that runs again and again, also after a run that failed."""

import asyncio
import logging

from tornado.ioloop import PeriodicCallback

logging.getLogger("tornado.application").addFilter(lambda record: print("reported:", record.exc_info[1]))


async def main():
    enough = asyncio.Event()
    runs = 0

    def job():
        nonlocal runs
        runs += 1
        print("run", runs)
        if runs == 2:
            raise ValueError("the second run fails")
        if runs == 4:
            enough.set()

    periodic = PeriodicCallback(job, 50)  # milliseconds
    periodic.start()
    await enough.wait()
    periodic.stop()
    print("stopped")


asyncio.run(main())
