package dev.weft.io.internal.endpoint;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The files that an endpoint with TLS names: what this side shows, and whom it trusts. Reading them blocks.
 *
 * @param endpoint the description, for messages
 * @param privateKey this side's key, null if it shows nothing
 * @param certificates the key's certificate and those it is signed by, in order; null with the key
 * @param furtherCertificates more of those, null for none
 * @param trustRoots whose certificates are trusted, a file or a folder of {@code .pem} files; null for those that the JDK trusts
 */
public record TlsFiles(
        String endpoint,
        @Nullable Path privateKey,
        @Nullable Path certificates,
        @Nullable Path furtherCertificates,
        @Nullable Path trustRoots) {
    private static final char[] NO_PASSWORD = {};

    private interface Reading<T> {
        T from(String text) throws GeneralSecurityException;
    }

    /**
     * A context of what is in the files now.
     *
     * @throws IOException naming the argument and the file that is wrong
     */
    public SSLContext load() throws IOException {
        KeyManager[] keys = privateKey == null || certificates == null ? null : keys(privateKey, certificates);
        TrustManager[] trust = trustRoots == null ? null : trust(trustRoots);
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("no TLS context for " + endpoint + ": " + e.getMessage(), e);
        }
    }

    private KeyManager[] keys(Path keyFile, Path certificateFile) throws IOException {
        PrivateKey key = read("privateKey", keyFile, Pem::privateKey);
        var chain = new ArrayList<X509Certificate>(read("certKey", certificateFile, Pem::certificates));
        if (furtherCertificates != null) {
            chain.addAll(read("extraCertChain", furtherCertificates, Pem::certificates));
        }
        try {
            if (!belongTogether(key, chain.getFirst())) {
                throw new IOException(named("privateKey", keyFile)
                        + "is not the key of the first certificate of certKey=" + certificateFile);
            }
            KeyStore store = empty();
            store.setKeyEntry("key", key, NO_PASSWORD, chain.toArray(Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            return factory.getKeyManagers();
        } catch (GeneralSecurityException e) {
            throw new IOException(named("privateKey", keyFile) + "cannot be used: " + e.getMessage(), e);
        }
    }

    /** Otherwise the first handshake would fail, with a message for nobody. */
    private static boolean belongTogether(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        if (!key.getAlgorithm().equals(certificate.getPublicKey().getAlgorithm())) {
            return false;
        }
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "EdDSA" -> "EdDSA";
            default -> ""; // another kind of key: the handshake has to tell
        };
        if (algorithm.isEmpty()) {
            return true;
        }
        byte[] message = "Do they belong together?".getBytes(StandardCharsets.US_ASCII);
        Signature signing = Signature.getInstance(algorithm);
        signing.initSign(key);
        signing.update(message);
        byte[] signature = signing.sign();
        Signature checking = Signature.getInstance(algorithm);
        checking.initVerify(certificate.getPublicKey());
        checking.update(message);
        return checking.verify(signature);
    }

    private TrustManager[] trust(Path roots) throws IOException {
        var files = new ArrayList<Path>();
        if (Files.isDirectory(roots)) {
            try (DirectoryStream<Path> folder = Files.newDirectoryStream(roots, "*.pem")) {
                folder.forEach(files::add);
            }
            if (files.isEmpty()) {
                throw new IOException(named("trustRoots", roots) + "has no .pem files");
            }
        } else {
            files.add(roots);
        }
        try {
            KeyStore store = empty();
            int number = 0;
            for (Path file : files) {
                List<X509Certificate> trusted = read("trustRoots", file, Pem::certificates);
                for (X509Certificate certificate : trusted) {
                    store.setCertificateEntry("root " + number++, certificate);
                }
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException e) {
            throw new IOException(named("trustRoots", roots) + "cannot be used: " + e.getMessage(), e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private <T> T read(String argument, Path file, Reading<T> reading) throws IOException {
        try {
            // One character for each byte: what matters is ASCII, and what is around it may be anything.
            return reading.from(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            throw new IOException(named(argument, file) + "is not there", e);
        } catch (IOException e) {
            throw new IOException(named(argument, file) + "cannot be read: " + e, e);
        } catch (GeneralSecurityException e) {
            throw new IOException(named(argument, file) + "is of no use: " + e.getMessage(), e);
        }
    }

    private String named(String argument, Path file) {
        return "the file " + argument + "=" + file + " of \"" + endpoint + "\" ";
    }
}
