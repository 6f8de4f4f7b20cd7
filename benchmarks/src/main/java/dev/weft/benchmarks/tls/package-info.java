/** TLS by throughput: Weft's transport, tls-channel and the JDK's blocking sockets, one after the other in one JVM. */
@NullMarked
package dev.weft.benchmarks.tls;

import org.jspecify.annotations.NullMarked;
