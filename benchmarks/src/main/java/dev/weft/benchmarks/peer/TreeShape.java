package dev.weft.benchmarks.peer;

import java.math.BigInteger;
import java.util.Random;

/**
 * pyperformance's async_tree: {@value #LEVELS} levels of {@value #BRANCHES} branches each, a task for every node, and what its 46,656 leaves
 * do. The draws that decide about a leaf are the same for every peer.
 */
public enum TreeShape {
    /** Nothing: the price of the tasks alone. */
    NONE,
    /** Each leaf waits. */
    IO,
    /** Nine leaves in ten look for a result that is there already most of the time; who does not find it waits. */
    MEMOIZATION,
    /** Half of the leaves compute, the others wait. */
    CPU_IO;

    /** Levels above the leaves. */
    public static final int LEVELS = 6;

    /** Children of a node. */
    public static final int BRANCHES = 6;

    /** How long a leaf waits. */
    public static final long IO_MILLIS = 50;

    /** A leaf draws a number from 1 to this. */
    public static final int DRAWS = 100;

    private static final int MEMOIZABLE = 90;
    private static final int COMPUTING = 50;
    private static final int FACTORIAL = 500;
    private static final int[] LEAF_DRAWS = draws();

    private static int[] draws() {
        var random = new Random(0);
        int[] draws = new int[(int) Math.pow(BRANCHES, LEVELS)];
        for (int i = 0; i < draws.length; i++) {
            draws[i] = 1 + random.nextInt(DRAWS);
        }
        return draws;
    }

    /**
     * What a leaf has drawn.
     *
     * @param leaf its number, in the order in which leaves get their turn
     * @return from 1 to {@value #DRAWS}
     */
    public static int draw(int leaf) {
        return LEAF_DRAWS[leaf];
    }

    /** How many tasks a tree has beside its root. */
    public static int tasks() {
        int tasks = 0;
        for (int level = 1, width = BRANCHES; level <= LEVELS; level++, width *= BRANCHES) {
            tasks += width;
        }
        return tasks;
    }

    /**
     * Whether a leaf computes.
     *
     * @param draw what it has drawn
     * @return whether to call {@link #compute}
     */
    public boolean computes(int draw) {
        return this == CPU_IO && draw <= COMPUTING;
    }

    /**
     * Whether a leaf waits.
     *
     * @param draw what it has drawn
     * @param cached which draws were seen; remembers this one
     * @return whether to wait for {@value #IO_MILLIS} ms
     */
    public boolean waits(int draw, boolean[] cached) {
        return switch (this) {
            case NONE -> false;
            case IO -> true;
            case CPU_IO -> !computes(draw);
            case MEMOIZATION -> {
                boolean found = draw <= MEMOIZABLE && cached[draw];
                cached[draw] = true;
                yield !found;
            }
        };
    }

    /** The factorial of {@value #FACTORIAL}. */
    public static void compute() {
        if (product(1, FACTORIAL).signum() != 1) {
            throw new AssertionError("a factorial is positive");
        }
    }

    /** By halves, as CPython's {@code math.factorial} does it. */
    private static BigInteger product(int from, int to) {
        if (to - from < 6) {
            long small = from;
            for (int i = from + 1; i <= to; i++) {
                small *= i;
            }
            return BigInteger.valueOf(small);
        }
        int middle = (from + to) >>> 1;
        return product(from, middle).multiply(product(middle + 1, to));
    }
}
