package dev.weft.io.internal.http1;

import java.util.EnumSet;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.jspecify.annotations.Nullable;

/**
 * The fields that messages of one loop have in common, such as the date and the type of the content, in the form in which they are sent: from the
 * second message on nothing is looked up or encoded for them. Of a fixed size; a field makes room for another by chance.
 */
public final class FieldCache {
    private static final int SLOTS = 64;
    private static final int LONGEST_VALUE = 64;

    /** What the next message will not have again, or should not stay in memory. */
    private static final Set<HttpHeader> NEVER_KEPT = EnumSet.of(
            HttpHeader.SET_COOKIE,
            HttpHeader.COOKIE,
            HttpHeader.AUTHORIZATION,
            HttpHeader.PROXY_AUTHORIZATION,
            HttpHeader.WWW_AUTHENTICATE,
            HttpHeader.CONTENT_LENGTH,
            HttpHeader.ETAG);

    private final @Nullable HttpField[] fields = new HttpField[SLOTS];

    /** The field with this name and value. */
    HttpField field(String name, String value) {
        if (value.length() > LONGEST_VALUE) {
            return new HttpField(name, value);
        }
        int slot = (31 * name.hashCode() + value.hashCode()) & (SLOTS - 1);
        HttpField last = fields[slot];
        if (last == null || !value.equals(last.getValue()) || !name.equals(last.getName())) {
            var field = new HttpField(name, value);
            if (field.getHeader() != null && !NEVER_KEPT.contains(field.getHeader())) {
                fields[slot] = field;
            }
            return field;
        }
        if (!(last instanceof PreEncodedHttpField)
                && name.equals(last.getHeader().asString())) {
            last = new PreEncodedHttpField(
                    last.getHeader(), name, value); // wanted for the second time: so maybe more often
            fields[slot] = last;
        }
        return last;
    }
}
