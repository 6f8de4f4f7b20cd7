package dev.weft.io.security;

import org.junit.platform.suite.api.SelectMethod;
import org.junit.platform.suite.api.Suite;

/** K2: a client checks whom it speaks to, always. */
@Suite
@SelectMethod("dev.weft.io.TlsHandshakeTest#certificate_expired_isRefused")
@SelectMethod("dev.weft.io.TlsHandshakeTest#certificate_notYetValid_isRefused")
@SelectMethod("dev.weft.io.TlsHandshakeTest#certificate_signedByItself_isRefused")
@SelectMethod("dev.weft.io.TlsHandshakeTest#certificate_ofAnUnknownAuthority_isRefused")
@SelectMethod("dev.weft.io.TlsHandshakeTest#certificate_forAnotherHost_isRefused")
@SelectMethod("dev.weft.io.TlsHandshakeTest#certificate_withAWildcardTooBroad_isRefused")
@SelectMethod("dev.weft.io.TlsHandshakeTest#certificate_withTheNameOfAnother_isRefusedThoughTheCommonNameIsRight")
@SelectMethod("dev.weft.io.TlsHandshakeTest#certificate_forTheNameOnly_isRefusedForTheAddress")
@SelectMethod("dev.weft.io.TlsHandshakeTest#certificate_ofAnUnknownAuthority_isRefusedWithoutTheNameCheckToo")
@SelectMethod("dev.weft.io.StartTlsTest#createConnection_overAChannelWithoutAName_isRejectedBeforeAnythingIsSent")
@SelectMethod("dev.weft.io.UnixSocketTest#openUnixConnection_tls_needsTheServersName")
final class TlsHostnameIT {}
