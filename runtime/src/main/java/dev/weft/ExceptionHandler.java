package dev.weft;

/** Receives what nobody else could be told: failures of callbacks, of tasks nobody awaited, of transports. */
@FunctionalInterface
public interface ExceptionHandler {
    /**
     * Handles one report. Runs on the loop, as a callback: it must not suspend.
     *
     * @param loop the loop that reports
     * @param context what happened; only the message is always there
     * @throws Exception is reported in turn, to the default handler
     */
    void handle(EventLoop loop, ExceptionContext context) throws Exception;
}
