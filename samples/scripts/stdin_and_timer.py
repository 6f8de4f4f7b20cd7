"""Waits for typed lines and for a timer at the same time; ends after ten seconds."""

import asyncio
import os
import sys


class Input:
    """Called back whenever something was typed, and once more at the end of input."""

    def __init__(self, loop):
        self.loop = loop
        self.line = bytearray()

    def watch(self):
        self.loop.add_reader(sys.stdin, self.read)

    def read(self):
        data = os.read(sys.stdin.fileno(), 4096)
        for byte in data:
            if byte == ord("\n"):
                print("you typed:", self.line.decode())
                self.line.clear()
            else:
                self.line.append(byte)
        if not data:
            self.loop.remove_reader(sys.stdin)
            print("end of input")


async def main():
    loop = asyncio.get_running_loop()
    Input(loop).watch()
    loop.call_later(5, print, "five seconds are over")
    print("type something")
    await asyncio.sleep(10)
    print("ten seconds are over")


asyncio.run(main())
