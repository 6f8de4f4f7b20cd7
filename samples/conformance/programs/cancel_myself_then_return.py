"""A cancellation that finds no wait any more: the task ends cancelled and its value is dropped."""

import asyncio

from tracing import Boom, outcome, trace


async def returns():
    asyncio.current_task().cancel("too late?")
    return "dropped"


async def raises():
    asyncio.current_task().cancel("too late?")
    raise Boom("stronger")


async def main():
    tasks = [asyncio.create_task(returns()), asyncio.create_task(raises())]
    for task in tasks:
        try:
            trace("value", await task)
        except (asyncio.CancelledError, Boom) as error:
            trace("ended with", error)
    trace([outcome(task) for task in tasks])
