package dev.weft.io.internal.websocket;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What both ends have agreed to about {@code permessage-deflate}: RFC 7692, section 7.1. The JDK compresses with a window of 15 bits only, so
 * an offer that asks the server for less is declined, and the client does not offer to have less asked of it.
 *
 * @param serverForgets whether no message of the server refers to those before
 * @param clientForgets whether no message of the client refers to those before
 * @param field what the server answers
 */
public record DeflateParameters(boolean serverForgets, boolean clientForgets, String field) {
    static final String OFFER = "permessage-deflate";

    private static final String SERVER_FORGETS = "server_no_context_takeover";
    private static final String CLIENT_FORGETS = "client_no_context_takeover";
    private static final String SERVER_WINDOW = "server_max_window_bits";
    private static final String CLIENT_WINDOW = "client_max_window_bits";

    boolean forgets(Role role) {
        return role == Role.SERVER ? serverForgets : clientForgets;
    }

    boolean peerForgets(Role role) {
        return role == Role.SERVER ? clientForgets : serverForgets;
    }

    /** The first of a client's offers that a server can accept; null if there is none. */
    static @Nullable DeflateParameters accept(List<Extension> offers) {
        for (Extension offer : offers) {
            if (offer.name().equals(OFFER)) {
                DeflateParameters accepted = accept(offer.parameters());
                if (accepted != null) {
                    return accepted;
                }
            }
        }
        return null;
    }

    private static @Nullable DeflateParameters accept(Map<String, String> offer) {
        var answer = new StringBuilder(OFFER);
        for (var parameter : offer.entrySet()) {
            String value = parameter.getValue();
            boolean acceptable = switch (parameter.getKey()) {
                case SERVER_FORGETS, CLIENT_FORGETS -> value.isEmpty();
                case SERVER_WINDOW -> value.equals("15");
                case CLIENT_WINDOW -> value.isEmpty() || isWindow(value);
                default -> false;
            };
            if (!acceptable) {
                return null;
            }
            // Of the client's window nothing needs to be said: this end can read whatever window it uses.
            if (!parameter.getKey().equals(CLIENT_WINDOW)) {
                answer.append("; ").append(parameter.getKey()).append(value.isEmpty() ? "" : "=" + value);
            }
        }
        return new DeflateParameters(
                offer.containsKey(SERVER_FORGETS), offer.containsKey(CLIENT_FORGETS), answer.toString());
    }

    /**
     * What a server has answered to {@link #OFFER}.
     *
     * @throws IllegalArgumentException if it must not answer that
     */
    static DeflateParameters agreed(Extension answer) {
        for (var parameter : answer.parameters().entrySet()) {
            String value = parameter.getValue();
            boolean acceptable = switch (parameter.getKey()) {
                case SERVER_FORGETS, CLIENT_FORGETS -> value.isEmpty();
                case SERVER_WINDOW -> isWindow(value);
                default -> false; // also client_max_window_bits, which was not offered
            };
            if (!acceptable) {
                throw new IllegalArgumentException("the server set a parameter of " + OFFER + " that it must not set: "
                        + parameter.getKey() + (value.isEmpty() ? "" : "=" + value));
            }
        }
        return new DeflateParameters(
                answer.parameters().containsKey(SERVER_FORGETS),
                answer.parameters().containsKey(CLIENT_FORGETS),
                OFFER);
    }

    private static boolean isWindow(String bits) {
        return switch (bits) {
            case "8", "9", "10", "11", "12", "13", "14", "15" -> true;
            default -> false;
        };
    }
}
