package dev.weft.benchmarks.peer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.Provider;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A certificate for localhost and its key, in a folder. The JDK's keytool makes them. */
public final class TestIdentity {
    private static final String PASSWORD = "changeit";
    private static final String ALIAS = "own";

    private TestIdentity() {}

    /**
     * Makes one.
     *
     * @param folder where to; it has three files afterwards, with the key unprotected
     * @throws IOException if the files cannot be written
     * @throws InterruptedException if the thread is interrupted meanwhile
     * @throws GeneralSecurityException if the JDK cannot read what it wrote
     */
    public static void create(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        var keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-keystore",
                        store(folder).toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool failed: " + output);
        }
        KeyStore store = load(folder);
        Key key = store.getKey(ALIAS, PASSWORD.toCharArray());
        writePem(certificate(folder), "CERTIFICATE", store.getCertificate(ALIAS).getEncoded());
        writePem(key(folder), "PRIVATE KEY", key.getEncoded());
    }

    private static void writePem(Path file, String what, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        Files.writeString(file, "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }

    /**
     * Removes one.
     *
     * @param folder where it is; it is gone afterwards
     * @throws IOException if it cannot be deleted
     */
    public static void delete(Path folder) throws IOException {
        for (Path file : new Path[] {store(folder), certificate(folder), key(folder), folder}) {
            Files.deleteIfExists(file);
        }
    }

    private static Path store(Path folder) {
        return folder.resolve("identity.p12");
    }

    /**
     * {@return the certificate, in PEM}
     *
     * @param folder where it is
     */
    public static Path certificate(Path folder) {
        return folder.resolve("certificate.pem");
    }

    /**
     * {@return the key, in PEM}
     *
     * @param folder where it is
     */
    public static Path key(Path folder) {
        return folder.resolve("key.pem");
    }

    private static KeyStore load(Path folder) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store(folder))) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    /**
     * A context with this certificate, which is the only one it trusts.
     *
     * @param folder where it is
     * @param provider who does TLS; null for the JDK
     * @return the context
     * @throws IOException if the files cannot be read
     * @throws GeneralSecurityException if the provider cannot do it
     */
    public static SSLContext context(Path folder, @Nullable Provider provider)
            throws IOException, GeneralSecurityException {
        KeyStore store = load(folder);
        // The other one, PKIX, asks the session for what Conscrypt's cannot tell, and finds no key then.
        var keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(store, PASSWORD.toCharArray());
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        var context = provider == null ? SSLContext.getInstance("TLS") : SSLContext.getInstance("TLS", provider);
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
