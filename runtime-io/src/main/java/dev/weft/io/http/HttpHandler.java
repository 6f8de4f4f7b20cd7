package dev.weft.io.http;

import dev.weft.Suspends;

/** Answers requests. A plain method: it may suspend, and in confined mode call libraries that block. */
@FunctionalInterface
public interface HttpHandler {
    /**
     * Answers a request. Runs in the connection's own task; the connection's next request is not looked at before it is answered.
     *
     * @param request what is asked for
     * @return the answer
     * @throws HttpStatusException to answer with that status
     * @throws Exception anything else answers 500 and is reported to the loop's exception handler
     */
    @Suspends
    Response handle(Request request) throws Exception;
}
