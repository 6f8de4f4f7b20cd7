package dev.weft.testing;

import dev.weft.LoopControl;
import java.util.List;

/** Makes the decisions of one run of a program under {@link ScheduleExplorer}. 0 is what happens without it. */
interface Strategy {
    /** Which of the candidates comes next. */
    int order(List<LoopControl.Entry> candidates);

    /** 1 to put the step off by an iteration, else 0. */
    int yields();

    /** 1 to cancel a task that has just begun to wait, 2 to cancel it when it would go on, else 0. */
    int cancels();
}
