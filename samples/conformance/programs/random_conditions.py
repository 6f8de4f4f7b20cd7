"""Three hundred random programs around one condition: tasks that wait, notify, hold its lock, and are cancelled.

A line is a program, as in random_schedules.
"""

import asyncio

from dice import Dice
from tracing import outcome, trace

SINCE = (3, 13)

NAMES = "abcd"
STEPS = 5


async def yields(times):
    for _ in range(times):
        await asyncio.sleep(0)


class Play:
    def __init__(self, seed, cancels):
        dice = Dice(seed)
        self.stubborn = [dice.roll(3) == 0 for _ in NAMES]
        self.plan = [[(dice.roll(7 if cancels else 6), dice.roll(12)) for _ in range(STEPS)] for _ in NAMES]
        self.condition = asyncio.Condition()
        self.level = 0
        self.tasks = []
        self.log = []

    async def player(self, me):
        for n, (action, choice) in enumerate(self.plan[me]):
            try:
                await self.step(action, choice)
                self.log.append(f"{NAMES[me]}{n}")
            except asyncio.CancelledError:
                self.log.append(f"{NAMES[me]}{n}!")
                if not self.stubborn[me]:
                    raise

    async def step(self, action, choice):
        match action:
            case 0:
                await yields(1 + choice % 3)
            case 1 | 2:
                async with self.condition:
                    await self.condition.wait()
                    await yields(choice % 2)
            case 3:
                async with self.condition:
                    self.condition.notify(choice % 4)
                    await yields(choice % 3)
            case 4:
                async with self.condition:
                    self.level += 1
                    self.condition.notify_all()
            case 5:
                async with self.condition:
                    await self.condition.wait_for(lambda: self.level > choice % 3)
            case 6:
                self.tasks[choice % 4].cancel()

    async def run(self):
        self.tasks = [asyncio.create_task(self.player(me)) for me in range(len(NAMES))]
        for turn in range(60):
            self.log.append(".")
            if turn >= 25:
                self.log.append("|")
                for task in self.tasks:
                    task.cancel()
            await asyncio.sleep(0)
        return "".join(self.log).rstrip(".|")


async def main():
    for seed in range(300):
        play = Play(seed, cancels=seed % 2 == 0)
        line = await play.run()
        trace(seed, line, [outcome(task) for task in play.tasks])
