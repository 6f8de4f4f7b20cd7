"""Timer handles know their moment and compare by it."""

import asyncio

from tracing import trace


async def main():
    loop = asyncio.get_running_loop()
    start = loop.time()
    late = loop.call_later(0.200, trace, "late")
    early = loop.call_at(start + 0.100, trace, "early")
    trace("early before late", early < late, "late before early", late < early)
    trace("when", round((early.when() - start) * 1000), round((late.when() - start) * 1000))
    await asyncio.sleep(0.150)
    trace("the first has run, the second is still to come")
    late.cancel()
    await asyncio.sleep(0.100)
    trace("done")
