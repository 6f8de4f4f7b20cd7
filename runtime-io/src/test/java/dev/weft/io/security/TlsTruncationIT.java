package dev.weft.io.security;

import org.junit.platform.suite.api.SelectMethod;
import org.junit.platform.suite.api.Suite;

/** K4: a stream that ends without a farewell was cut short. */
@Suite
@SelectMethod("dev.weft.io.TlsTransportTest#streamWithoutCloseNotify_isTruncated")
@SelectMethod("dev.weft.io.TlsTransportTest#streamWithoutCloseNotify_whereThatIsAllowed_ends")
@SelectMethod("dev.weft.io.TlsTransportTest#peerResets_theReadFailsWithConnectionReset")
@SelectMethod("dev.weft.io.TlsTransportTest#record_damaged_breaksTheConnectionOnBothSides")
final class TlsTruncationIT {}
