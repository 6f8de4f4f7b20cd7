/** Networked workloads: servers, each in a process and on a core of its own, and what loads them from another core. */
@NullMarked
package dev.weft.benchmarks.net;

import org.jspecify.annotations.NullMarked;
