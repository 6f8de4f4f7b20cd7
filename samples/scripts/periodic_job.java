//JAVA 25+
//DEPS dev.weft:weft-runtime:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;

import static dev.weft.Asyncio.*;

/** A job that runs again and again, also after a run that failed. */
void main() {
    run(() -> {
        getRunningLoop().setExceptionHandler((loop, context) ->
                IO.println("reported: " + context.exception().getMessage()));
        var enough = new Event();
        int[] runs = {0};

        var options = PeriodicOptions.DEFAULT.startNow(false).onError(PeriodicOptions.OnError.LOG);
        var periodic = every(millis(50), () -> {
            runs[0]++;
            IO.println("run " + runs[0]);
            if (runs[0] == 2) {
                throw new IllegalStateException("the second run fails");
            }
            if (runs[0] == 4) {
                enough.set();
            }
        }, options);
        enough.await();
        periodic.stop();
        IO.println("stopped");
    });
}
