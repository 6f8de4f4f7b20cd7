package dev.weft.io;

/** How many bytes tell the length of a message in front of it: an unsigned number, the highest byte first. */
public enum PrefixSize {
    /** One byte, up to 255. */
    INT8(1),
    /** Two bytes, up to 65,535. */
    INT16(2),
    /** Four bytes, up to 4,294,967,295. */
    INT32(4);

    private final int bytes;

    PrefixSize(int bytes) {
        this.bytes = bytes;
    }

    /** {@return how many bytes the prefix has} */
    public int bytes() {
        return bytes;
    }

    /** {@return the largest length it can tell} */
    public long largest() {
        return (1L << (8 * bytes)) - 1;
    }
}
