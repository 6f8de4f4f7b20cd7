/** Endpoint descriptions and the files they name: pure text in, values out. */
package dev.weft.io.internal.endpoint;
