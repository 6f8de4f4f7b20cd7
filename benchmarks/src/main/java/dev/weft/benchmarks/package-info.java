/** JMH benchmarks, each beside its peers in the same run. */
@NullMarked
package dev.weft.benchmarks;

import org.jspecify.annotations.NullMarked;
