package dev.weft.io;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that certifies whatever a test wants, and the contexts that trust it. */
final class TestCa {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final AtomicLong SERIAL = new AtomicLong(1);

    /** The one most tests trust. */
    static final TestCa TRUSTED = new TestCa("Weft Test CA");

    /** One that nobody trusts. */
    static final TestCa UNKNOWN = new TestCa("Unknown CA");

    private final X500Name name;
    private final KeyPair keys;
    private final X509Certificate certificate;

    TestCa(String commonName) {
        name = new X500Name("CN=" + commonName);
        keys = newKeys("EC");
        certificate = sign(name, keys, Wanted.named().authority(true).forServers(false));
    }

    /** A certificate to be, of a server by default. */
    record Wanted(
            String commonName,
            List<String> names,
            List<String> addresses,
            Duration age,
            Duration remaining,
            boolean authority,
            boolean server,
            boolean selfSigned,
            String algorithm) {
        static Wanted named(String... names) {
            return new Wanted(
                    names.length == 0 ? "nobody" : names[0],
                    List.of(names),
                    List.of(),
                    Duration.ofHours(1),
                    Duration.ofDays(1),
                    false,
                    true,
                    false,
                    "EC");
        }

        Wanted commonName(String other) {
            return new Wanted(other, names, addresses, age, remaining, authority, server, selfSigned, algorithm);
        }

        Wanted addresses(String... literals) {
            return new Wanted(
                    commonName, names, List.of(literals), age, remaining, authority, server, selfSigned, algorithm);
        }

        Wanted valid(Duration since, Duration still) {
            return new Wanted(commonName, names, addresses, since, still, authority, server, selfSigned, algorithm);
        }

        Wanted authority(boolean is) {
            return new Wanted(commonName, names, addresses, age, remaining, is, server, selfSigned, algorithm);
        }

        Wanted forServers(boolean is) {
            return new Wanted(commonName, names, addresses, age, remaining, authority, is, selfSigned, algorithm);
        }

        Wanted signedByItself() {
            return new Wanted(commonName, names, addresses, age, remaining, authority, server, true, algorithm);
        }

        Wanted algorithm(String other) {
            return new Wanted(commonName, names, addresses, age, remaining, authority, server, selfSigned, other);
        }
    }

    /** A key and the certificates that go with it, the key's own first. */
    record Identity(PrivateKey key, List<X509Certificate> chain) {
        X509Certificate certificate() {
            return chain.getFirst();
        }

        /** The certificates and the key, as OpenSSL wants them, in one file. */
        Path pem(Path folder, String name) throws IOException {
            var text = new StringBuilder();
            for (X509Certificate certificate : chain) {
                text.append(TestCa.pem(certificate));
            }
            text.append(block("PRIVATE KEY", key.getEncoded()));
            return Files.writeString(folder.resolve(name), text);
        }
    }

    static String pem(X509Certificate certificate) throws IOException {
        try {
            return block("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static String block(String kind, byte[] bytes) {
        String text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(bytes);
        return "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n";
    }

    X509Certificate certificate() {
        return certificate;
    }

    Path pem(Path folder, String name) throws IOException {
        return Files.writeString(folder.resolve(name), pem(certificate));
    }

    /** For 127.0.0.1, ::1 and localhost. */
    static Wanted local() {
        return Wanted.named("localhost").addresses("127.0.0.1", "::1");
    }

    Identity issue(Wanted wanted) {
        KeyPair own = newKeys(wanted.algorithm);
        X509Certificate issued = sign(new X500Name("CN=" + wanted.commonName), own, wanted);
        return new Identity(own.getPrivate(), wanted.selfSigned ? List.of(issued) : List.of(issued, certificate));
    }

    private static KeyPair newKeys(String algorithm) {
        try {
            var generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            } else if (algorithm.equals("RSA")) {
                generator.initialize(2048);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate sign(X500Name subject, KeyPair subjectKeys, Wanted wanted) {
        try {
            Instant now = Instant.now();
            KeyPair issuerKeys = wanted.selfSigned ? subjectKeys : keys;
            var builder = new JcaX509v3CertificateBuilder(
                    wanted.selfSigned ? subject : name,
                    BigInteger.valueOf(SERIAL.getAndIncrement()),
                    Date.from(now.minus(wanted.age)),
                    Date.from(now.plus(wanted.remaining)),
                    subject,
                    subjectKeys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(wanted.authority));
            if (wanted.authority) {
                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            } else {
                builder.addExtension(
                        Extension.extendedKeyUsage,
                        false,
                        new ExtendedKeyUsage(
                                wanted.server ? KeyPurposeId.id_kp_serverAuth : KeyPurposeId.id_kp_clientAuth));
            }
            var names = new ArrayList<GeneralName>();
            wanted.names.forEach(dns -> names.add(new GeneralName(GeneralName.dNSName, dns)));
            wanted.addresses.forEach(ip -> names.add(new GeneralName(GeneralName.iPAddress, ip)));
            if (!names.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName, false, new GeneralNames(names.toArray(GeneralName[]::new)));
            }
            var signer = new JcaContentSignerBuilder(
                            issuerKeys.getPrivate().getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA")
                    .build(issuerKeys.getPrivate());
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
        } catch (OperatorCreationException | GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- contexts

    /** A context that has an identity and trusts this authority alone. */
    SSLContext context(Identity identity) {
        return context(store -> {
            try {
                store.setKeyEntry("own", (Key) identity.key, PASSWORD, identity.chain.toArray(X509Certificate[]::new));
                return store;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** A context that trusts this authority alone, and has nothing to show. */
    SSLContext context() {
        return context(UnaryOperator.identity());
    }

    private SSLContext context(UnaryOperator<KeyStore> filling) {
        try {
            var own = KeyStore.getInstance("PKCS12");
            own.load(null, PASSWORD);
            var keyManagers = KeyManagerFactory.getInstance("PKIX");
            keyManagers.init(filling.apply(own), PASSWORD);
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, PASSWORD);
            trusted.setCertificateEntry("authority", certificate);
            var trustManagers = TrustManagerFactory.getInstance("PKIX");
            trustManagers.init(trusted);
            var context = SSLContext.getInstance("TLS");
            context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), new SecureRandom());
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Options of a server at this machine whose certificate the clients of {@link #client()} trust. */
    static TlsOptions server() {
        return TlsOptions.of(Local.SERVER);
    }

    /** Options of a client that trusts {@link #TRUSTED}. */
    static TlsOptions client() {
        return TlsOptions.of(Local.CLIENT);
    }

    /** Made when first needed. */
    private static final class Local {
        static final SSLContext SERVER = TRUSTED.context(TRUSTED.issue(local()));
        static final SSLContext CLIENT = TRUSTED.context();
    }
}
