"""Three hundred random programs: four tasks that yield, lock, wait, gather and cancel one another as the dice say.

A line is a program: ``b2`` is step 2 of task b done, ``b2!`` cancelled, ``.`` an iteration of main, ``|`` main cancels what is left.
"""

import asyncio

from dice import Dice
from tracing import outcome, trace

NAMES = "abcd"
STEPS = 6


async def yields(times):
    for _ in range(times):
        await asyncio.sleep(0)


class Play:
    def __init__(self, seed):
        dice = Dice(seed)
        self.stubborn = [dice.roll(3) == 0 for _ in NAMES]
        self.plan = [[(dice.roll(13), dice.roll(12)) for _ in range(STEPS)] for _ in NAMES]
        loop = asyncio.get_running_loop()
        self.locks = [asyncio.Lock() for _ in range(2)]
        self.events = [asyncio.Event() for _ in range(2)]
        self.futures = [loop.create_future() for _ in range(3)]
        self.semaphore = asyncio.Semaphore(2)
        self.tasks = []
        self.log = []

    async def player(self, me):
        for n, (action, choice) in enumerate(self.plan[me]):
            try:
                await self.step(me, action, choice)
                self.log.append(f"{NAMES[me]}{n}")
            except asyncio.CancelledError:
                self.log.append(f"{NAMES[me]}{n}!")
                if not self.stubborn[me]:
                    raise

    async def step(self, me, action, choice):
        lock, event, future = self.locks[choice % 2], self.events[choice % 2], self.futures[choice % 3]
        task = self.tasks[choice % 4]
        earlier = self.tasks[: choice % 4] if choice % 4 <= me else []
        match action:
            case 0:
                await asyncio.sleep(0)
            case 1:
                async with lock:
                    await yields(choice % 3)
            case 2:
                async with self.semaphore:
                    await yields(choice % 3)
            case 3:
                await event.wait()
            case 4:
                event.set()
            case 5:
                event.clear()
            case 6:
                await future
            case 7:
                if not future.done():
                    future.set_result(None)
            case 8:
                task.cancel()
            case 9:
                for other in earlier:
                    await other
            case 10:
                for other in earlier:
                    await asyncio.shield(other)
            case 11:
                if earlier:
                    await asyncio.wait(earlier, return_when=asyncio.FIRST_COMPLETED)
                await asyncio.gather(yields(choice % 3), yields(2))
            case 12:
                async with asyncio.TaskGroup() as group:
                    group.create_task(yields(choice % 3))
                    group.create_task(yields(1))

    async def run(self):
        self.tasks = [asyncio.create_task(self.player(me)) for me in range(len(NAMES))]
        for turn in range(60):
            self.log.append(".")
            if turn >= 20:
                self.log.append("|")
                for task in self.tasks:
                    task.cancel()
            await asyncio.sleep(0)
        return "".join(self.log).rstrip(".|")


async def main():
    for seed in range(300):
        play = Play(seed)
        line = await play.run()
        trace(seed, line, [outcome(task) for task in play.tasks])
