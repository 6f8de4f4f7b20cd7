"""An asyncio event loop whose clock jumps to the next timer whenever nothing else can run.

A program that sleeps for an hour takes no time at all, and the same program always gives the same order of events.
"""

import asyncio
import selectors
from asyncio.log import logger
from itertools import pairwise

NANOS = 1_000_000_000

# How long the recorder waits for a worker thread before it gives up on the program.
THREAD_LIMIT_SECONDS = 30


class Deadlock(BaseException):
    """Every task waits and nothing is left that could wake one."""


class _JumpingSelector(selectors.DefaultSelector):
    """Never sleeps for a timer: where the loop would sleep, virtual time moves on by that much."""

    loop = None

    def select(self, timeout=None):
        events = super().select(0)
        if not events and timeout != 0:
            events = self._wait(timeout)
        self.loop.report_ties()
        return events

    def _wait(self, timeout):
        if self.loop.jobs:
            # A thread is at work: its answer comes first, whatever the timers say, so that order never depends on speed.
            events = super().select(THREAD_LIMIT_SECONDS)
            if not events:
                raise Deadlock("a worker thread did not answer")
            return events
        if timeout is None:
            raise Deadlock("every task waits for another one")
        self.loop.advance(timeout)
        return []


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    def __init__(self):
        selector = _JumpingSelector()
        selector.loop = self
        self._now = 0  # nanoseconds: a float would gather rounding errors
        self.jobs = 0  # of worker threads, not answered yet
        super().__init__(selector)
        self._clock_resolution = 1 / NANOS

    def time(self):
        return self._now / NANOS

    def advance(self, seconds):
        self._now += round(seconds * NANOS)

    def report_ties(self):
        """asyncio does not say which of two timers of one moment goes first, so no program may depend on it."""
        due = sorted(timer.when() for timer in self._scheduled if not timer.cancelled())
        for first, second in pairwise(due):
            if second - first < 0.5 / NANOS and second <= self.time() + self._clock_resolution:
                logger.error("two timers at %g ms", second * 1000)

    def run_in_executor(self, executor, func, *args):
        future = super().run_in_executor(executor, func, *args)
        self.jobs += 1
        future.add_done_callback(self._job_done)
        return future

    def _job_done(self, _):
        self.jobs -= 1

    async def shutdown_default_executor(self, *timeout):
        self.jobs += 1
        try:
            await super().shutdown_default_executor(*timeout)
        finally:
            self.jobs -= 1
