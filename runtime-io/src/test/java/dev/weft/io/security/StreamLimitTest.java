package dev.weft.io.security;

import org.junit.platform.suite.api.SelectMethod;
import org.junit.platform.suite.api.Suite;

/** K6: how much a reader buffers for a line. */
@Suite
@SelectMethod("dev.weft.io.StreamInputsTest#readLine_endlessLineFromAConnection_failsWithLittleBuffered")
@SelectMethod("dev.weft.io.StreamInputsTest#reader_nobodyReads_pausesTheConnectionAtTwiceTheLimit")
@SelectMethod("dev.weft.io.StreamReaderTest#readLine_tooLongWhileWaiting_dropsWhatWasBuffered")
@SelectMethod("dev.weft.io.StreamReaderTest#readUntil_overTheLimit_leavesTheBuffer")
final class StreamLimitTest {}
