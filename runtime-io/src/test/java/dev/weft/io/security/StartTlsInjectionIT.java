package dev.weft.io.security;

import org.junit.platform.suite.api.SelectMethod;
import org.junit.platform.suite.api.Suite;

/** K5: nothing sent before the handshake is taken for what came after it. */
@Suite
@SelectMethod("dev.weft.io.StartTlsTest#startTls_injectedBeforeTheHandshake_neverCrosses")
@SelectMethod("dev.weft.io.StartTlsTest#startTls_injectedIntoTheClient_neverCrosses")
final class StartTlsInjectionIT {}
