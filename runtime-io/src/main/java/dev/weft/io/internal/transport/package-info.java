/** How bytes get from channels to protocols and back. Knows the contracts of {@code dev.weft.io}, but neither streams nor servers. */
package dev.weft.io.internal.transport;
