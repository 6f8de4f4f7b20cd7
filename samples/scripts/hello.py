"""Says hello, and a second later the rest."""

import asyncio


async def greet():
    print("Hello")
    await asyncio.sleep(1)
    print("World")


async def main():
    task = asyncio.create_task(greet())
    await task


asyncio.run(main())
