/** TLS, as a transport over a transport. */
package dev.weft.io.internal.tls;
