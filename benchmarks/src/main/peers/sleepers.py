"""Says how many bytes of memory each of many sleeping tasks of CPython's asyncio takes: `sleepers.py COUNT`."""

import asyncio
import gc
import os
import sys


def resident():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS:")) * 1024


async def main(count):
    gc.collect()
    before = resident()
    tasks = [asyncio.create_task(asyncio.sleep(3600)) for _ in range(count)]
    await asyncio.sleep(0.1)
    gc.collect()
    print((resident() - before) / count, flush=True)
    os._exit(0)


asyncio.run(main(int(sys.argv[1])))
