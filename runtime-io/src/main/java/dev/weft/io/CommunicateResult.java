package dev.weft.io;

import org.jspecify.annotations.Nullable;

/**
 * What a child wrote.
 *
 * @param stdout its output; null if that was no pipe
 * @param stderr its errors; null if those were no pipe of their own
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, not compared
public record CommunicateResult(byte @Nullable [] stdout, byte @Nullable [] stderr) {}
