"""Waits for typed lines and for a timer at the same time; ends after ten seconds."""

import asyncio
import os
import sys


def watch_input(loop):
    """Calls back with every line typed, and once more at the end of input."""
    unfinished = b""

    def readable():
        nonlocal unfinished
        data = os.read(sys.stdin.fileno(), 4096)
        *lines, unfinished = (unfinished + data).split(b"\n")
        for line in lines:
            print("you typed:", line.decode())
        if not data:
            loop.remove_reader(sys.stdin)
            print("end of input")

    loop.add_reader(sys.stdin, readable)


async def main():
    loop = asyncio.get_running_loop()
    watch_input(loop)
    loop.call_later(5, print, "five seconds are over")
    print("type something")
    await asyncio.sleep(10)
    print("ten seconds are over")


asyncio.run(main())
