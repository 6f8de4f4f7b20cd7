"""Random nests of timeouts, groups, shields and clean-ups, each cancelled from outside at a random moment.

A line is a nest: a name when a step ends, ``T`` timed out, ``C`` cancelled, ``F`` failed, ``G`` a group failed, each with the
moment in microseconds since the nest began.
"""

import asyncio

from dice import Dice
from tracing import Boom, outcome, trace


# Seeds whose nest has a group that both failed and was cancelled from outside, which Python 3.13 changed.
LEFT_OUT = {22, 62, 89, 125, 132, 149}


class Nest:
    def __init__(self, seed):
        self.dice = Dice(seed)
        self.loop = asyncio.get_running_loop()
        self.start = self.loop.time()
        self.log = []

    def note(self, what):
        nanos = round((self.loop.time() - self.start) * 1e9)
        self.log.append(f"{what}{nanos // 1000}")

    async def pause(self):
        await asyncio.sleep(self.dice.seconds(9973))

    async def body(self, name, depth):
        """A few steps, and clean-up that takes time whatever happens."""
        try:
            for n in range(1 + self.dice.roll(3)):
                await self.step(f"{name}{n}", depth)
        except asyncio.CancelledError:
            self.note(f"{name}C")
            if self.dice.roll(2) == 0:
                await self.pause()
            self.note(f"{name}c")
            if self.dice.roll(5) > 0:
                raise

    async def step(self, name, depth):
        kind = self.dice.roll(8) if depth < 3 else self.dice.roll(3)
        try:
            match kind:
                case 0 | 1:
                    await self.pause()
                case 2:
                    await self.pause()
                    if self.dice.roll(4) == 0:
                        raise Boom(name)
                case 3 | 4:
                    async with asyncio.timeout(self.dice.seconds(9973)):
                        await self.body(name + "t", depth + 1)
                case 5 | 6:
                    async with asyncio.TaskGroup() as group:
                        group.create_task(self.body(name + "g", depth + 1))
                        await self.body(name + "b", depth + 1)
                case 7:
                    await asyncio.shield(self.protected(name + "s", depth + 1))
            self.note(name)
        except TimeoutError:
            self.note(f"{name}T")
        except Boom:
            self.note(f"{name}F")
            if self.dice.roll(3) > 0:
                raise
        except ExceptionGroup as group:
            self.note(f"{name}G{len(group.exceptions)}:")
            if self.dice.roll(3) > 0:
                raise

    async def protected(self, name, depth):
        try:
            await self.body(name, depth)
        except (Boom, ExceptionGroup):
            self.note(f"{name}F")

    async def run(self):
        task = asyncio.create_task(self.body("", 0))
        await asyncio.sleep(self.dice.seconds(19997))
        self.note("cancel" if task.cancel() else "end")
        await asyncio.wait([task])
        await asyncio.sleep(self.start + 1 - self.loop.time())  # what shields protected ends too
        return " ".join(self.log), outcome(task), task.cancelling()


async def main():
    for seed in range(200):
        if seed not in LEFT_OUT:
            line, end, cancelling = await Nest(seed).run()
            trace(seed, line, end, cancelling)
