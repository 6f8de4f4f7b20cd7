"""Cancelling an executor future: a job not yet begun never runs, a running one is left alone and forgotten."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from tracing import outcome, trace


async def main():
    loop = asyncio.get_running_loop()
    begun, gate = threading.Event(), threading.Event()
    ran = []

    def job(name):
        ran.append(name)
        begun.set()
        gate.wait()
        return name

    with ThreadPoolExecutor(max_workers=1) as executor:
        first = loop.run_in_executor(executor, job, "first")
        second = loop.run_in_executor(executor, job, "second")
        third = loop.run_in_executor(executor, job, "third")
        begun.wait()
        trace("cancel", first.cancel(), second.cancel())
        trace([outcome(future) for future in (first, second, third)])
        await asyncio.sleep(0)  # a cancel reaches the job in the next iteration
        gate.set()
        trace("third", await third)
    trace("ran", ran, [outcome(future) for future in (first, second, third)])
