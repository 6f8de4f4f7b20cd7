package dev.weft.io.websocket;

/** The close codes of RFC 6455, section 7.4, and of the registry it founded. Codes from 4000 to 4999 are the application's own. */
public final class CloseCode {
    /** The purpose of the connection is fulfilled. */
    public static final int NORMAL = 1000;

    /** A server goes down, or a browser has left the page. */
    public static final int GOING_AWAY = 1001;

    /** The peer violated the protocol. */
    public static final int PROTOCOL_ERROR = 1002;

    /** The peer sent a kind of message, text or bytes, that is of no use here. */
    public static final int UNSUPPORTED_DATA = 1003;

    /** The peer's close frame has no code. Never sent. */
    public static final int NO_STATUS = 1005;

    /** The connection ended without a close frame of the peer. Never sent. */
    public static final int ABNORMAL = 1006;

    /** A message is not what its kind says, such as text that is not UTF-8. */
    public static final int INVALID_DATA = 1007;

    /** A message violates a policy of the application. */
    public static final int POLICY_VIOLATION = 1008;

    /** A message is too big. */
    public static final int TOO_BIG = 1009;

    /** The server did not agree to an extension that the client needs. */
    public static final int MANDATORY_EXTENSION = 1010;

    /** Something unexpected keeps this side from going on. */
    public static final int INTERNAL_ERROR = 1011;

    /** The server restarts. */
    public static final int SERVICE_RESTART = 1012;

    /** The server is overloaded. */
    public static final int TRY_AGAIN_LATER = 1013;

    /** A gateway got an invalid response from the server behind it. */
    public static final int BAD_GATEWAY = 1014;

    private CloseCode() {}

    /**
     * Whether a close frame may have this code.
     *
     * @param code the code
     * @return whether it is one of those above, other than 1005 and 1006, or between 3000 and 4999
     */
    public static boolean maySend(int code) {
        return (code >= NORMAL && code <= UNSUPPORTED_DATA)
                || (code >= INVALID_DATA && code <= BAD_GATEWAY)
                || (code >= 3000 && code <= 4999);
    }
}
