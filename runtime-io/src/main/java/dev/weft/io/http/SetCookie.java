package dev.weft.io.http;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A cookie to be set: the value of a {@code Set-Cookie} field. Without more it lasts as long as the browser, is sent to the path {@code /} of the host
 * alone, is hidden from scripts and left out of requests that other sites cause. Immutable: each setter returns a changed copy.
 *
 * @param name a token
 * @param value visible ASCII without quotes, commas, semicolons and backslashes; encode what is not
 * @param path which paths it is sent to
 * @param domain which domain, with its subdomains; null for the host alone
 * @param maxAge how long it is kept, zero to delete it; null for as long as the browser runs
 * @param secure whether it is sent over TLS alone
 * @param httpOnly whether scripts cannot read it
 * @param sameSite {@code Strict}, {@code Lax} or {@code None}
 */
public record SetCookie(
        String name,
        String value,
        String path,
        @Nullable String domain,
        @Nullable Duration maxAge,
        boolean secure,
        boolean httpOnly,
        String sameSite) {
    /**
     * A cookie.
     *
     * @throws IllegalArgumentException if a part cannot be sent, {@code maxAge} is negative, {@code sameSite} is another word, or is {@code None}
     *     without {@code secure}; or if the name begins with {@code __Host-} or {@code __Secure-} and what that promises is not so
     */
    public SetCookie {
        if (!Headers.isToken(name)) {
            throw new IllegalArgumentException("not a cookie's name: \"" + Headers.escaped(name) + "\"");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c >= 0x7f || "\",;\\".indexOf(c) >= 0) {
                throw new IllegalArgumentException(
                        "the value of cookie %s cannot be sent: it has U+%04X at index %d".formatted(name, (int) c, i));
            }
        }
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException(
                    "a cookie's path begins with a slash, got \"" + Headers.escaped(path) + "\"");
        }
        checkAttribute("path", path);
        if (domain != null) {
            checkAttribute("domain", domain);
        }
        if (maxAge != null && maxAge.isNegative()) {
            throw new IllegalArgumentException("a cookie's age is not negative, got " + maxAge);
        }
        if (!sameSite.equals("Strict") && !sameSite.equals("Lax") && !sameSite.equals("None")) {
            throw new IllegalArgumentException(
                    "SameSite is Strict, Lax or None, got \"" + Headers.escaped(sameSite) + "\"");
        }
        if (sameSite.equals("None") && !secure) {
            throw new IllegalArgumentException("browsers refuse a cookie with SameSite=None that is not secure");
        }
        boolean forHost = name.startsWith("__Host-");
        boolean promised = forHost || name.startsWith("__Secure-");
        if ((promised && !secure) || (forHost && (domain != null || !path.equals("/")))) {
            throw new IllegalArgumentException("browsers refuse this cookie: " + name + " has to be secure"
                    + (forHost ? ", without domain, and have the path /" : ""));
        }
    }

    private static void checkAttribute(String what, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c >= 0x7f || c == ';') {
                throw new IllegalArgumentException(
                        "a cookie's %s cannot be sent: it has U+%04X at index %d".formatted(what, (int) c, i));
            }
        }
    }

    /**
     * A cookie with everything by default.
     *
     * @param name its name
     * @param value its value
     * @return the cookie
     * @throws IllegalArgumentException if one of them cannot be sent
     */
    public static SetCookie of(String name, String value) {
        return new SetCookie(name, value, "/", null, null, false, true, "Lax");
    }

    /**
     * Deletes a cookie.
     *
     * @param name its name
     * @return what to set
     * @throws IllegalArgumentException if it is no name
     */
    public static SetCookie delete(String name) {
        return of(name, "").maxAge(Duration.ZERO);
    }

    /**
     * For another path, and what is below it.
     *
     * @param newPath the path
     * @return changed copy
     * @throws IllegalArgumentException if it does not begin with a slash or cannot be sent
     */
    public SetCookie path(String newPath) {
        return new SetCookie(name, value, newPath, domain, maxAge, secure, httpOnly, sameSite);
    }

    /**
     * For a domain and its subdomains.
     *
     * @param newDomain the domain
     * @return changed copy
     * @throws IllegalArgumentException if it cannot be sent
     */
    public SetCookie domain(String newDomain) {
        return new SetCookie(name, value, path, Objects.requireNonNull(newDomain), maxAge, secure, httpOnly, sameSite);
    }

    /**
     * Kept for so long.
     *
     * @param age how long, in whole seconds; zero to delete it
     * @return changed copy
     * @throws IllegalArgumentException if it is negative
     */
    public SetCookie maxAge(Duration age) {
        return new SetCookie(name, value, path, domain, age, secure, httpOnly, sameSite);
    }

    /**
     * Whether it is sent over TLS alone.
     *
     * @param only whether it is
     * @return changed copy
     * @throws IllegalArgumentException if something else needs it
     */
    public SetCookie secure(boolean only) {
        return new SetCookie(name, value, path, domain, maxAge, only, httpOnly, sameSite);
    }

    /**
     * Whether scripts cannot read it.
     *
     * @param hidden whether they cannot
     * @return changed copy
     */
    public SetCookie httpOnly(boolean hidden) {
        return new SetCookie(name, value, path, domain, maxAge, secure, hidden, sameSite);
    }

    /**
     * Whether it is sent with requests that other sites cause.
     *
     * @param policy {@code Strict}, {@code Lax} or {@code None}
     * @return changed copy
     * @throws IllegalArgumentException if it is another word, or {@code None} for a cookie that is not secure
     */
    public SetCookie sameSite(String policy) {
        return new SetCookie(name, value, path, domain, maxAge, secure, httpOnly, policy);
    }

    /** The value of the field. */
    String field() {
        var field = new StringBuilder(name).append('=').append(value);
        field.append("; Path=").append(path);
        if (domain != null) {
            field.append("; Domain=").append(domain);
        }
        if (maxAge != null) {
            field.append("; Max-Age=").append(maxAge.toSeconds());
        }
        if (secure) {
            field.append("; Secure");
        }
        if (httpOnly) {
            field.append("; HttpOnly");
        }
        return field.append("; SameSite=").append(sameSite).toString();
    }

    /** Its name only: the value may be a secret. */
    @Override
    public String toString() {
        return "SetCookie[" + name + "]";
    }
}
