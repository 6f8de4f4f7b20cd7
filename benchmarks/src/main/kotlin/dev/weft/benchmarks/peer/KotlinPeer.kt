package dev.weft.benchmarks.peer

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.sync.withPermit
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield

/** The workloads in Kotlin's coroutines, on the one-threaded event loop of [runBlocking]: the nearest relative on the JVM. */
object KotlinPeer {
    @JvmStatic
    fun switches(tasks: Int, turns: Int) = runBlocking {
        repeat(tasks) { launch { repeat(turns) { yield() } } }
    }

    @JvmStatic
    fun spawnSequential(count: Int): Long = runBlocking {
        var done = 0L
        repeat(count) {
            launch { done++ }.join()
        }
        done
    }

    @JvmStatic
    fun spawnGather(count: Int): Long = runBlocking {
        List(count) { async { it.toLong() } }.awaitAll().sum()
    }

    @JvmStatic
    fun spawnGroup(count: Int): Long = runBlocking {
        var done = 0L
        coroutineScope { repeat(count) { launch { done++ } } }
        done
    }

    @JvmStatic
    fun spawnEager(count: Int): Long = runBlocking {
        var done = 0L
        repeat(count) {
            launch(start = CoroutineStart.UNDISPATCHED) { done++ }.join()
        }
        done
    }

    /** [capacity] 0 stands for no bound. */
    @JvmStatic
    fun queue(capacity: Int, items: Int): Long = runBlocking {
        val channel = Channel<Int>(if (capacity == 0) Channel.UNLIMITED else capacity)
        launch { repeat(items) { channel.send(it) } }
        var sum = 0L
        repeat(items) { sum += channel.receive() }
        sum
    }

    @JvmStatic
    fun pingPong(rounds: Int): Long = runBlocking {
        val there = Channel<Int>(1)
        val back = Channel<Int>(1)
        launch { repeat(rounds) { back.send(there.receive() + 1) } }
        var sum = 0L
        repeat(rounds) {
            there.send(it)
            sum += back.receive()
        }
        sum
    }

    @JvmStatic
    fun lockUncontended(times: Int): Long = runBlocking {
        val lock = Mutex()
        var held = 0L
        repeat(times) { lock.withLock { held++ } }
        held
    }

    @JvmStatic
    fun lockContended(tasks: Int, times: Int): Long = runBlocking {
        val lock = Mutex()
        var held = 0L
        coroutineScope {
            repeat(tasks) {
                launch {
                    repeat(times) {
                        lock.withLock {
                            held++
                            yield()
                        }
                    }
                }
            }
        }
        held
    }

    @JvmStatic
    fun semaphore(permits: Int, tasks: Int, times: Int): Long = runBlocking {
        val semaphore = Semaphore(permits)
        var held = 0L
        coroutineScope {
            repeat(tasks) {
                launch {
                    repeat(times) {
                        semaphore.withPermit {
                            held++
                            yield()
                        }
                    }
                }
            }
        }
        held
    }

    @JvmStatic
    fun timersFire(delaysMillis: IntArray) = runBlocking {
        for (millis in delaysMillis) {
            launch { delay(millis.toLong()) }
        }
    }

    @JvmStatic
    fun timeoutReady(times: Int): Long = runBlocking {
        var sum = 0L
        repeat(times) { sum += withTimeout(10_000) { it } }
        sum
    }

    @JvmStatic
    fun timeoutSuspending(times: Int): Long = runBlocking {
        var sum = 0L
        repeat(times) {
            sum += withTimeout(10_000) {
                yield()
                it
            }
        }
        sum
    }

    // ---- pyperformance's async_tree

    @JvmStatic
    fun tree(shape: TreeShape, eager: Boolean): Long = runBlocking {
        val tree = Tree(shape, eager)
        tree.node(this, TreeShape.LEVELS)
        tree.done
    }

    private class Tree(private val shape: TreeShape, private val eager: Boolean) {
        private val cached = BooleanArray(TreeShape.DRAWS + 1)
        private var leaves = 0
        var done = 0L

        suspend fun node(scope: CoroutineScope, level: Int) {
            if (level == 0) {
                leaf(TreeShape.draw(leaves++))
                return
            }
            val start = if (eager) CoroutineStart.UNDISPATCHED else CoroutineStart.DEFAULT
            val children = Array(TreeShape.BRANCHES) { scope.launch(start = start) { node(scope, level - 1) } }
            for (child in children) {
                child.join()
            }
        }

        private suspend fun leaf(draw: Int) {
            if (shape.computes(draw)) {
                TreeShape.compute()
            } else if (shape.waits(draw, cached)) {
                delay(TreeShape.IO_MILLIS)
            }
            done++
        }
    }

    /** An in-order walk of a balanced tree of [nodes] nodes, one sequence for each node. */
    @JvmStatic
    fun generator(nodes: Int): Long = walk(0, nodes).sumOf { it.toLong() }

    private fun walk(from: Int, to: Int): Sequence<Int> = sequence {
        if (from < to) {
            val middle = (from + to) ushr 1
            yieldAll(walk(from, middle))
            yield(middle)
            yieldAll(walk(middle + 1, to))
        }
    }

    /** Has many sleep for long, and soon does something beside them. */
    @JvmStatic
    fun sleepers(count: Int, longMillis: Long, soonMillis: Long, action: Runnable) = runBlocking {
        repeat(count) { launch { delay(longMillis) } }
        delay(soonMillis)
        action.run()
    }
}
