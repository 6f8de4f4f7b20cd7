package dev.weft.io;

/** A connection in both directions. Mirrors {@code asyncio.Transport}. */
public interface Transport extends ReadTransport, WriteTransport {}
