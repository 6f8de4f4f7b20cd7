/** Connections without a network, for tests of protocols and of code that reads and writes streams. */
package dev.weft.io.testing;
