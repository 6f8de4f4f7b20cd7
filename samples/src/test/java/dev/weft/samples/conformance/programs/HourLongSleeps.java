package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.samples.conformance.Program;

/** Long and short sleeps mix; a negative one only yields. */
final class HourLongSleeps implements Program {
    private void tick(String name, int seconds, int times) {
        for (int n = 0; n < times; n++) {
            sleep(seconds(seconds));
            trace(name, n);
        }
    }

    @Override
    public void main() {
        var hourly = createTask(() -> tick("hour", 3600, 2));
        var often = createTask(() -> tick("1700 s", 1700, 4));
        sleep(seconds(-5));
        trace("a negative sleep took no time");
        hourly.await();
        trace("hourly done, the other:", often.done());
        often.await();
        trace("both done");
    }
}
