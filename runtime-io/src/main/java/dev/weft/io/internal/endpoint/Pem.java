package dev.weft.io.internal.endpoint;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys and certificates in the text form of RFC 7468. What is around the blocks is passed over, as tools write explanations there. No
 * message contains anything of what is inside.
 */
public final class Pem {
    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Block(String label, byte[] bytes) {}

    private Pem() {}

    /**
     * All certificates, in order.
     *
     * @throws GeneralSecurityException if there is none, or one that is broken
     */
    public static List<X509Certificate> certificates(String text) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        var certificates = new ArrayList<X509Certificate>();
        for (Block block : blocks(text)) {
            if (block.label.equals("CERTIFICATE") || block.label.equals("X509 CERTIFICATE")) {
                try {
                    Certificate certificate = factory.generateCertificate(new ByteArrayInputStream(block.bytes));
                    certificates.add((X509Certificate) certificate);
                } catch (CertificateException e) {
                    throw new CertificateException("the certificate " + (certificates.size() + 1) + " is broken", e);
                }
            }
        }
        if (certificates.isEmpty()) {
            throw new CertificateException("there is no '-----BEGIN CERTIFICATE-----' in it");
        }
        return certificates;
    }

    /**
     * The private key: of RSA, of an elliptic curve, or Ed25519.
     *
     * @throws GeneralSecurityException if there is none, or not in the form PKCS#8 without a password
     */
    public static PrivateKey privateKey(String text) throws GeneralSecurityException {
        String others = null;
        for (Block block : blocks(text)) {
            switch (block.label) {
                case "PRIVATE KEY" -> {
                    return pkcs8(block.bytes);
                }
                case "ENCRYPTED PRIVATE KEY" ->
                    throw new InvalidKeySpecException(
                            "the key is encrypted, and there is nobody to ask for the password:"
                                    + " decrypt it with 'openssl pkcs8 -in OLD -out NEW'");
                case "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY" ->
                    throw new InvalidKeySpecException(
                            "'" + block.label + "' is an older form of key file (PKCS#1 or SEC 1):"
                                    + " convert it with 'openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW'");
                default -> others = block.label;
            }
        }
        throw new InvalidKeySpecException(
                "there is no '-----BEGIN PRIVATE KEY-----' in it" + (others == null ? "" : ", but '" + others + "'"));
    }

    private static PrivateKey pkcs8(byte[] encoded) throws GeneralSecurityException {
        var spec = new PKCS8EncodedKeySpec(encoded);
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException notOfThatKind) {
                // The next one. The encoding names its algorithm, so that only one factory takes it.
            }
        }
        throw new InvalidKeySpecException("the key is broken, or of another kind than RSA, EC and Ed25519");
    }

    private static List<Block> blocks(String text) throws GeneralSecurityException {
        var blocks = new ArrayList<Block>();
        String label = null;
        var body = new StringBuilder();
        for (String raw : text.split("\\R", -1)) {
            String line = raw.strip();
            String begun = boundary(line, "BEGIN");
            if (label == null) {
                label = begun;
                body.setLength(0);
            } else if (line.equals("-----END " + label + "-----")) {
                blocks.add(new Block(label, decode(label, body.toString())));
                label = null;
            } else if (begun != null || boundary(line, "END") != null) {
                throw new GeneralSecurityException("'-----BEGIN " + label + "-----' ends with '" + line + "'");
            } else {
                body.append(line);
            }
        }
        if (label != null) {
            throw new GeneralSecurityException("'-----BEGIN " + label + "-----' has no end");
        }
        return blocks;
    }

    private static @Nullable String boundary(String line, String kind) {
        String begin = "-----" + kind + " ";
        return line.startsWith(begin) && line.endsWith("-----") && line.length() > begin.length() + 5
                ? line.substring(begin.length(), line.length() - 5)
                : null;
    }

    /** Keys of the older forms have headers inside, which are no base64; they are told by their labels. */
    private static byte[] decode(String label, String base64) throws GeneralSecurityException {
        try {
            return base64.contains(":") ? new byte[0] : Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("what is inside '-----BEGIN " + label + "-----' is not base64");
        }
    }
}
