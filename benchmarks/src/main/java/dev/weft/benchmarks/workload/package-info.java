/** The JMH benchmarks: a class for each workload, a method for each peer. */
@NullMarked
package dev.weft.benchmarks.workload;

import org.jspecify.annotations.NullMarked;
