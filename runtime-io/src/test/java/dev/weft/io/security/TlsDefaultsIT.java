package dev.weft.io.security;

import org.junit.platform.suite.api.SelectMethod;
import org.junit.platform.suite.api.Suite;

/** K1: TLS 1.3 and 1.2, and nothing that the JDK disables. */
@Suite
@SelectMethod("dev.weft.io.TlsHandshakeTest#protocols_byDefault_areTls13And12")
@SelectMethod("dev.weft.io.TlsPeersTest#server_opensslClientOfTls11_isRefused")
@SelectMethod("dev.weft.io.TlsPeersTest#client_opensslServerOfTls11_isRefused")
final class TlsDefaultsIT {}
