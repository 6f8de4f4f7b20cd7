/** What is made of measurements: figures side by side, tables, charts. */
@NullMarked
package dev.weft.benchmarks.report;

import org.jspecify.annotations.NullMarked;
