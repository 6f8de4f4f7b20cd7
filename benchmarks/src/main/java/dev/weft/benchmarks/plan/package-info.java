/** What is to be measured, how thoroughly, and how far that has come. */
@NullMarked
package dev.weft.benchmarks.plan;

import org.jspecify.annotations.NullMarked;
