package dev.weft.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

/** What can be said about TLS, and what cannot. */
final class TlsOptionsTest {
    @Test
    void applicationProtocols_outOfRange_areRefused() {
        var options = TlsOptions.client();
        assertThrows(IllegalArgumentException.class, () -> options.applicationProtocols(new String[0]));
        assertThrows(IllegalArgumentException.class, () -> options.applicationProtocols("h2", ""));
        assertThrows(IllegalArgumentException.class, () -> options.applicationProtocols("x".repeat(256)));
        assertEquals(
                1,
                options.applicationProtocols("x".repeat(255))
                        .applicationProtocols()
                        .size());
    }

    @Test
    void parameters_oldVersionsOrNone_areRefused() {
        for (String[] versions : new String[][] {{}, {"TLSv1.1"}, {"TLSv1.3", "TLSv1"}}) {
            var parameters = new SSLParameters();
            parameters.setProtocols(versions);
            assertThrows(
                    IllegalArgumentException.class, () -> TlsOptions.client().parameters(parameters));
        }
    }

    @Test
    void parameters_changedLater_areAsTheyWere() {
        var parameters = new SSLParameters(new String[] {"TLS_AES_128_GCM_SHA256"}, new String[] {"TLSv1.3"});
        parameters.setServerNames(List.of(new SNIHostName("a.example")));
        parameters.setSNIMatchers(List.of(SNIHostName.createSNIMatcher("a.*")));
        parameters.setWantClientAuth(true);
        SSLParameters kept = TlsOptions.client().parameters(parameters).parameters();
        parameters.setProtocols(new String[] {"TLSv1.2"});
        parameters.setNeedClientAuth(true);
        assertArrayEquals(new String[] {"TLSv1.3"}, kept.getProtocols());
        assertEquals(List.of(new SNIHostName("a.example")), kept.getServerNames());
        assertEquals(1, kept.getSNIMatchers().size());
        assertTrue(kept.getWantClientAuth());
        assertFalse(kept.getNeedClientAuth());
    }

    @Test
    void toString_tellsWhatIsNotAsUsual() {
        String usual = TlsOptions.client().toString();
        assertTrue(usual.startsWith("TlsOptions[default context, []"), usual);
        assertFalse(usual.contains("not checked") || usual.contains("truncation"), usual);
        String other = TestCa.client()
                .serverHostname("a.example")
                .noHostnameCheck()
                .allowTruncation()
                .toString();
        assertTrue(other.startsWith("TlsOptions[TLS, for a.example, host name not checked"), other);
        assertTrue(other.endsWith(", truncation allowed]"), other);
    }
}
