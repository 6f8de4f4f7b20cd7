package dev.weft.io.security;

import org.junit.platform.suite.api.SelectMethod;
import org.junit.platform.suite.api.Suite;

/** K7: every way to write counts towards the water marks. */
@Suite
@SelectMethod("dev.weft.io.SocketTransportTest#write_partial_buffersTheRest")
@SelectMethod("dev.weft.io.SocketTransportTest#writeLines_overHighWater_pausesTheProtocol")
@SelectMethod("dev.weft.io.SocketTransportTest#writeBufferLimits_changed_areKept")
@SelectMethod("dev.weft.io.StreamWriterTest#drain_slowReader_waitsForTheLowWaterMarkWithAnyNumberOfTasks")
@SelectMethod("dev.weft.io.TlsTransportTest#write_peerDoesNotRead_pausesAtTheHighWaterMarkAndBuffersPlainly")
@SelectMethod(
        "dev.weft.io.internal.transport.UdpTransportTest#sendTo_emptyDatagramsWithoutRoom_countTowardsTheWaterMarks")
@SelectMethod("dev.weft.io.DatagramStreamTest#send_aboveTheHighWaterMark_waitsAndCancelledSendsNothing")
final class BackpressureTest {}
