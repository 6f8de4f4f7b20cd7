/** What the workloads are done with beside Weft. */
@NullMarked
package dev.weft.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
