"""A waiter cancelled after it was notified passes the notification on."""

import asyncio

from tracing import outcome, trace

SINCE = (3, 13)


async def waiter(name, condition):
    async with condition:
        try:
            await condition.wait()
            trace(name, "woken")
        except asyncio.CancelledError:
            trace(name, "gave up")
            raise


async def main():
    condition = asyncio.Condition()
    tasks = [asyncio.create_task(waiter(name, condition)) for name in "abc"]
    await asyncio.sleep(0.010)
    async with condition:
        condition.notify(1)
        tasks[0].cancel()
    await asyncio.sleep(0.010)
    trace([outcome(task) for task in tasks])
    async with condition:
        condition.notify(1)
        await asyncio.sleep(0)
        tasks[2].cancel()
    await asyncio.sleep(0.010)
    trace([outcome(task) for task in tasks])
