"""wait: returns when all are done, throws nobody's exception, and suspends even if there is nothing to wait for."""

import asyncio

from tracing import Boom, outcome, trace


async def work(name, ms):
    await asyncio.sleep(ms / 1000)
    trace(name, "ends")
    if name == "b":
        raise Boom(name)
    return name


async def main():
    tasks = [asyncio.create_task(work(name, ms)) for name, ms in [("a", 30), ("b", 10), ("c", 20)]]
    done, pending = await asyncio.wait(tasks)
    trace("done", len(done), "pending", len(pending), [outcome(task) for task in tasks])
    done, pending = await asyncio.wait([tasks[0], tasks[0], tasks[2]])
    trace("done", len(done), "pending", len(pending), "once each")
