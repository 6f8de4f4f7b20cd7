"""The workloads in CPython's asyncio: `asyncio_peer.py WORKLOAD PARAMETER... ROUNDS [--uvloop]` prints what each round took, in ns per operation."""

import asyncio
import math
import random
import sys
import time

LEVELS, BRANCHES, IO_SECONDS, DRAWS = 6, 6, 0.05, 100
MEMOIZABLE, COMPUTING, FACTORIAL = 90, 50, 500


async def switch(tasks, steps=200_000):
    turns = steps // int(tasks)

    async def body():
        for _ in range(turns):
            await asyncio.sleep(0)

    await asyncio.gather(*[asyncio.create_task(body()) for _ in range(int(tasks))])
    return steps


async def spawn(how, tasks=50_000):
    async def body(number):
        return number

    if how == "SEQUENTIAL":
        for i in range(tasks):
            await asyncio.create_task(body(i))
    elif how == "GATHER":
        await asyncio.gather(*[asyncio.create_task(body(i)) for i in range(tasks)])
    elif how == "GROUP":
        async with asyncio.TaskGroup() as group:
            for i in range(tasks):
                group.create_task(body(i))
    else:  # EAGER
        if sys.version_info < (3, 12):
            return 0
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        for i in range(tasks):
            await asyncio.create_task(body(i))
        asyncio.get_running_loop().set_task_factory(None)
    return tasks


async def queue(kind, items=50_000):
    capacity = {"CAPACITY_1": 1, "CAPACITY_100": 100, "UNBOUNDED": 0, "PING_PONG": 1}[kind]
    there, back = asyncio.Queue(capacity), asyncio.Queue(1)

    async def answer():
        for _ in range(items):
            await back.put(await there.get() + 1)

    async def produce():
        for i in range(items):
            await there.put(i)

    if kind == "PING_PONG":
        task = asyncio.create_task(answer())
        for i in range(items):
            await there.put(i)
            await back.get()
    else:
        task = asyncio.create_task(produce())
        for _ in range(items):
            await there.get()
    await task
    return items


async def lock(kind, tasks=100, times=500):
    held = asyncio.Lock() if kind != "SEMAPHORE_10" else asyncio.Semaphore(10)
    if kind == "FREE":
        for _ in range(tasks * times):
            await held.acquire()
            held.release()
        return tasks * times

    async def body():
        for _ in range(times):
            await held.acquire()
            await asyncio.sleep(0)
            held.release()

    async with asyncio.TaskGroup() as group:
        for _ in range(tasks):
            group.create_task(body())
    return tasks * times


async def callback(source, calls=200_000):
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    called = 0

    def one():
        nonlocal called
        called += 1
        if called == calls:
            done.set()

    def batch():
        for _ in range(1000):
            loop.call_soon(one)
        if called + 1000 < calls:
            loop.call_soon(batch)

    def thread():
        for _ in range(calls):
            loop.call_soon_threadsafe(one)

    if source == "LOOP":
        loop.call_soon(batch)
        await done.wait()
    else:
        running = loop.run_in_executor(None, thread)
        await done.wait()
        await running
    return calls


async def timer(timers=100_000):
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    delays = [random.random() / 1000 for _ in range(timers)]
    fired = 0

    def fire():
        nonlocal fired
        fired += 1
        if fired == timers:
            done.set()

    for delay in delays:
        loop.call_later(delay, fire)
    await done.wait()
    return timers


async def cancelled_timer(timers=300_000):
    loop = asyncio.get_running_loop()
    handles = [loop.call_later(1 + 999 * random.random(), print) for _ in range(timers)]
    for handle in handles:
        handle.cancel()
    return timers


async def timeout(call, suspending, times=50_000):
    async def operation(result):
        if suspending == "true":
            await asyncio.sleep(0)
        return result

    for i in range(times):
        if call == "WAIT_FOR":
            await asyncio.wait_for(operation(i), 10)
        else:
            async with asyncio.timeout(10):
                await operation(i)
    return times


async def tree(shape, children):
    draws = random.Random(0)
    cached = set()

    async def leaf():
        draw = draws.randint(1, DRAWS)
        if shape == "IO":
            await asyncio.sleep(IO_SECONDS)
        elif shape == "MEMOIZATION":
            found = draw <= MEMOIZABLE and draw in cached
            cached.add(draw)
            if not found:
                await asyncio.sleep(IO_SECONDS)
        elif shape == "CPU_IO":
            if draw <= COMPUTING:
                math.factorial(FACTORIAL)
            else:
                await asyncio.sleep(IO_SECONDS)

    async def node(level):
        if level == 0:
            await leaf()
        elif children == "GATHER":
            await asyncio.gather(*[node(level - 1) for _ in range(BRANCHES)])
        else:
            async with asyncio.TaskGroup() as group:
                for _ in range(BRANCHES):
                    group.create_task(node(level - 1))

    if children == "EAGER":
        if sys.version_info < (3, 12):
            return 0
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    await node(LEVELS)
    return 1


async def generator(form, nodes=100_000):
    async def walk(start, end):
        if start < end:
            middle = (start + end) // 2
            async for node in walk(start, middle):
                yield node
            yield middle
            async for node in walk(middle + 1, end):
                yield node

    async for _ in walk(0, nodes):
        pass
    return nodes


WORKLOADS = {f.__name__: f for f in (switch, spawn, queue, lock, callback, timer, cancelled_timer, timeout, tree, generator)}


def main():
    arguments = [a for a in sys.argv[1:] if a != "--uvloop"]
    workload, parameters, rounds = WORKLOADS[arguments[0]], arguments[1:-1], int(arguments[-1])
    run = asyncio.run
    if "--uvloop" in sys.argv:
        import uvloop

        run = uvloop.run if hasattr(uvloop, "run") else None
        if run is None:
            uvloop.install()
            run = asyncio.run
    for _ in range(rounds):
        began = time.perf_counter_ns()
        operations = run(workload(*parameters))
        took = time.perf_counter_ns() - began
        if operations == 0:
            print("this version of Python cannot do it", file=sys.stderr)
            sys.exit(3)
        print(took / operations, flush=True)


main()
