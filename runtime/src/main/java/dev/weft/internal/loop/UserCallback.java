package dev.weft.internal.loop;

/**
 * An entry that runs code of users. The loop runs it on a fiber kept for callbacks, never on its own stack: a callback that waits
 * for a lock in front of which a task is queued would otherwise wait for ever, since only this loop can run that task.
 */
public interface UserCallback extends LoopEntry {}
