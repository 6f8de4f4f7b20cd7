import org.jspecify.annotations.NullMarked;

/** asyncio for Java, on virtual threads. */
@NullMarked
module dev.weft {
    exports dev.weft;
    exports dev.weft.testing;

    requires jdk.management; // to see, and to add, carriers of virtual threads
    requires static java.management; // shows its loops to management tools where there is any management
    requires static jdk.jfr; // the same for flight recordings
    requires jdk.unsupported; // sun.misc.Signal: Java has no other way to handle SIGINT
    requires org.slf4j;
    requires static org.junit.jupiter.api; // for dev.weft.testing alone: whoever uses @WeftTest has it
    requires static org.jspecify;
}
