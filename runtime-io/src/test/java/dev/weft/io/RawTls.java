package dev.weft.io;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weft.Suspends;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A client of TLS 1.3 that sends whatever record a test wants, encrypted as it should be: no library would. One cipher suite, one group; it
 * does not look at certificates. RFC 8446, sections 4, 5 and 7.
 */
final class RawTls {
    static final int CHANGE_CIPHER_SPEC = 20;
    static final int ALERT = 21;
    static final int HANDSHAKE = 22;
    static final int APPLICATION_DATA = 23;

    private static final int FINISHED = 20;
    private static final byte[] NOTHING = new byte[0];
    private static final byte[] ZEROS = new byte[32];

    /** What came in a record, decrypted. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Content(int type, byte[] bytes) {}

    private final Streams plain;
    private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
    private Keys sending;
    private Keys receiving;

    private RawTls(Streams plain) {
        this.plain = plain;
    }

    /** The keys of one direction, and how many records they have encrypted. */
    private static final class Keys {
        private final byte[] secret;
        private final SecretKeySpec key;
        private final byte[] iv;
        private long count;

        Keys(byte[] secret) throws GeneralSecurityException {
            this.secret = secret;
            key = new SecretKeySpec(expand(secret, "key", NOTHING, 16), "AES");
            iv = expand(secret, "iv", NOTHING, 12);
        }

        Keys next() throws GeneralSecurityException {
            return new Keys(expand(secret, "traffic upd", NOTHING, 32));
        }

        byte[] crypt(int mode, byte[] header, byte[] bytes, int offset) throws GeneralSecurityException {
            byte[] nonce = iv.clone();
            for (int i = 0; i < 8; i++) {
                nonce[11 - i] ^= (byte) (count >>> (8 * i));
            }
            count++;
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(128, nonce));
            cipher.updateAAD(header, 0, 5);
            return cipher.doFinal(bytes, offset, bytes.length - offset);
        }
    }

    /** Gets through a handshake over a connection that carries nothing yet. */
    @Suspends
    static RawTls handshake(Streams plain) throws IOException {
        return handshake(plain, NOTHING);
    }

    /** With application data right behind the last message, in the same write. */
    @Suspends
    static RawTls handshake(Streams plain, byte[] data) throws IOException {
        var client = new RawTls(plain);
        try {
            client.handshake(data);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        return client;
    }

    @Suspends
    private void handshake(byte[] data) throws IOException, GeneralSecurityException {
        KeyPair mine = KeyPairGenerator.getInstance("X25519").generateKeyPair();
        byte[] hello = clientHello((XECPublicKey) mine.getPublic());
        messages.write(hello);
        plain.writer().write(record(HANDSHAKE, hello));

        byte[] answer = TlsFixture.record(plain.reader());
        messages.write(answer, 5, answer.length - 5);
        byte[] shared = agree(mine, serverShare(answer));
        byte[] early = hmac(ZEROS, ZEROS);
        byte[] handshake = hmac(derive(early, "derived", hash(NOTHING)), shared);
        byte[] hellos = hash(messages.toByteArray());
        byte[] clientSecret = derive(handshake, "c hs traffic", hellos);
        sending = new Keys(clientSecret);
        receiving = new Keys(derive(handshake, "s hs traffic", hellos));

        readUntilFinished();
        byte[] all = hash(messages.toByteArray());
        byte[] proof = hmac(expand(clientSecret, "finished", NOTHING, 32), all);
        byte[] last = sealed(HANDSHAKE, message(FINISHED, proof));
        byte[] master = hmac(derive(handshake, "derived", hash(NOTHING)), ZEROS);
        sending = new Keys(derive(master, "c ap traffic", all));
        receiving = new Keys(derive(master, "s ap traffic", all));
        byte[] first = data.length == 0 ? NOTHING : sealed(APPLICATION_DATA, data);
        plain.writer()
                .write(ByteBuffer.allocate(last.length + first.length)
                        .put(last)
                        .put(first)
                        .array());
    }

    @Suspends
    private void readUntilFinished() throws IOException {
        int complete = messages.size();
        while (true) {
            Content content = receive();
            if (content.type() != HANDSHAKE) {
                throw new IOException("not a handshake: " + content.type() + " " + Arrays.toString(content.bytes()));
            }
            messages.write(content.bytes());
            ByteBuffer rest = ByteBuffer.wrap(messages.toByteArray());
            rest.position(complete);
            while (rest.remaining() >= 4 && rest.remaining() >= 4 + (rest.getInt(rest.position()) & 0xFFFFFF)) {
                int type = rest.get(rest.position());
                rest.position(rest.position() + 4 + (rest.getInt(rest.position()) & 0xFFFFFF));
                complete = rest.position();
                if (type == FINISHED) {
                    return;
                }
            }
        }
    }

    private static byte[] clientHello(XECPublicKey key) {
        byte[] share = littleEndian(key.getU());
        var extensions = ByteBuffer.allocate(200);
        extensions.putShort((short) 43).putShort((short) 3).put((byte) 2).putShort((short)
                0x0304); // supported_versions
        extensions.putShort((short) 10).putShort((short) 4).putShort((short) 2).putShort((short)
                0x1D); // supported_groups
        extensions.putShort((short) 13).putShort((short) 6).putShort((short) 4); // signature_algorithms
        extensions.putShort((short) 0x0403).putShort((short) 0x0804);
        extensions.putShort((short) 51).putShort((short) 38).putShort((short) 36); // key_share
        extensions.putShort((short) 0x1D).putShort((short) 32).put(share).flip();
        var body = ByteBuffer.allocate(300);
        body.putShort((short) 0x0303).put(new byte[32]).put((byte) 0); // version, random, no session
        body.putShort((short) 2).putShort((short) 0x1301).put((byte) 1).put((byte) 0); // cipher suite, no compression
        body.putShort((short) extensions.remaining()).put(extensions).flip();
        return message(1, Arrays.copyOf(body.array(), body.limit()));
    }

    /** The key in a ServerHello. */
    private static byte[] serverShare(byte[] record) throws IOException {
        var hello = ByteBuffer.wrap(record);
        if (record[0] != HANDSHAKE || record[5] != 2) {
            throw new IOException("not a ServerHello: " + Arrays.toString(record));
        }
        hello.position(5 + 4 + 2 + 32);
        hello.position(hello.position() + 1 + hello.get(hello.position()) + 3 + 2);
        while (hello.remaining() >= 4) {
            int type = hello.getShort();
            int length = hello.getShort();
            if (type == 51) {
                return Arrays.copyOfRange(record, hello.position() + 4, hello.position() + length);
            }
            hello.position(hello.position() + length);
        }
        throw new IOException("no key in the ServerHello");
    }

    private static byte[] agree(KeyPair mine, byte[] theirs) throws GeneralSecurityException {
        var u = new BigInteger(1, reversed(theirs));
        PublicKey key =
                KeyFactory.getInstance("X25519").generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, u));
        KeyAgreement agreement = KeyAgreement.getInstance("X25519");
        agreement.init(mine.getPrivate());
        agreement.doPhase(key, true);
        return agreement.generateSecret();
    }

    private static byte[] littleEndian(BigInteger number) {
        byte[] big = number.toByteArray();
        var whole = new byte[32];
        for (int i = 0; i < Math.min(32, big.length); i++) {
            whole[i] = big[big.length - 1 - i];
        }
        return whole;
    }

    private static byte[] reversed(byte[] bytes) {
        var other = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            other[i] = bytes[bytes.length - 1 - i];
        }
        return other;
    }

    // ---- records

    /** A record that is not encrypted. */
    static byte[] record(int type, byte... content) {
        return ByteBuffer.allocate(5 + content.length)
                .put((byte) type)
                .putShort((short) 0x0303)
                .putShort((short) content.length)
                .put(content)
                .array();
    }

    /** A message of a handshake. */
    static byte[] message(int type, byte... body) {
        return ByteBuffer.allocate(4 + body.length)
                .putInt((type << 24) | body.length)
                .put(body)
                .array();
    }

    /** A record, encrypted, to be sent next. */
    byte[] sealed(int type, byte... content) {
        byte[] inner = Arrays.copyOf(content, content.length + 1);
        inner[content.length] = (byte) type;
        return sealedAsIs(inner);
    }

    /** A record with this in it, the last byte that is not zero being its type. */
    byte[] sealedAsIs(byte... inner) {
        try {
            byte[] record = record(APPLICATION_DATA, new byte[inner.length + 16]);
            byte[] sealed = sending.crypt(Cipher.ENCRYPT_MODE, record, inner, 0);
            System.arraycopy(sealed, 0, record, 5, sealed.length);
            return record;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** A change of this side's keys, encrypted; from now on they are the new ones. */
    byte[] keyUpdate(boolean ofBoth) {
        byte[] record = sealed(HANDSHAKE, message(24, (byte) (ofBoth ? 1 : 0)));
        try {
            sending = sending.next();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
        return record;
    }

    void send(int type, byte... content) throws IOException {
        plain.writer().write(sealed(type, content));
    }

    /** What comes next. Follows the other side's changes of keys. */
    @Suspends
    Content receive() throws IOException {
        byte[] record = TlsFixture.record(plain.reader());
        while (record[0] == CHANGE_CIPHER_SPEC) { // says nothing, RFC 8446 appendix D.4
            record = TlsFixture.record(plain.reader());
        }
        try {
            byte[] inner = receiving.crypt(Cipher.DECRYPT_MODE, record, record, 5);
            int end = inner.length - 1;
            while (inner[end] == 0) {
                end--;
            }
            var content = new Content(inner[end], Arrays.copyOf(inner, end));
            if (content.type() == HANDSHAKE && content.bytes()[0] == 24) {
                receiving = receiving.next();
            }
            return content;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    // ---- RFC 8446, section 7.1

    private static byte[] derive(byte[] secret, String label, byte[] context) throws GeneralSecurityException {
        return expand(secret, label, context, 32);
    }

    private static byte[] expand(byte[] secret, String label, byte[] context, int length)
            throws GeneralSecurityException {
        byte[] name = ("tls13 " + label).getBytes(US_ASCII);
        var info = ByteBuffer.allocate(2 + 1 + name.length + 1 + context.length + 1);
        info.putShort((short) length).put((byte) name.length).put(name);
        info.put((byte) context.length).put(context).put((byte) 1);
        return Arrays.copyOf(hmac(secret, info.array()), length); // one block is enough for all of them
    }

    private static byte[] hmac(byte[] key, byte[] data) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(data);
    }

    private static byte[] hash(byte[] data) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(data);
    }
}
