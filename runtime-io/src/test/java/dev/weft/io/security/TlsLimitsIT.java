package dev.weft.io.security;

import org.junit.platform.suite.api.SelectMethod;
import org.junit.platform.suite.api.Suite;

/** K4: what a handshake and a farewell may take. */
@Suite
@SelectMethod("dev.weft.io.TlsHandshakeTest#handshake_peerSilent_isAbortedOnBothSides")
@SelectMethod("dev.weft.io.TlsHandshakeTest#timeouts_notPositive_areRejected")
@SelectMethod("dev.weft.io.TlsHandshakeTest#server_hugeClientHello_isCutOffEarly")
@SelectMethod("dev.weft.io.TlsTransportTest#close_peerDoesNotAnswer_isAbortedAtTheLimit")
@SelectMethod("dev.weft.io.TlsTransportTest#close_peerDoesNotReadWhatIsBuffered_isAbortedAtTheLimit")
final class TlsLimitsIT {}
