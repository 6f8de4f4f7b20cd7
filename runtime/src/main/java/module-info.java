import org.jspecify.annotations.NullMarked;

/** Event loop, tasks, futures, synchronisation and queues: asyncio for Java, on virtual threads. */
@NullMarked
module dev.weft {
    exports dev.weft;

    requires org.slf4j;
    requires jdk.unsupported; // sun.misc.Signal
    requires static transitive org.jspecify;
    requires static org.junit.jupiter.api; // dev.weft.testing alone
}
