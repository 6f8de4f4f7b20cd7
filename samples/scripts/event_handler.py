"""Handles events as they come, and notices when none has come for a second."""

import asyncio


async def handle_events(queue):
    while True:
        try:
            event = await asyncio.wait_for(queue.get(), 1)
        except TimeoutError:
            print("nothing for a second")
            continue
        print("handling", event)
        if event == "quit":
            return


async def main():
    queue = asyncio.Queue()
    handler = asyncio.create_task(handle_events(queue))
    for event in ("key", "click"):
        await asyncio.sleep(0.3)
        await queue.put(event)
    await asyncio.sleep(1.5)
    await queue.put("quit")
    await handler
    print("events left:", queue.qsize())


asyncio.run(main())
