package dev.weft;

import dev.weft.internal.loop.UserCallback;
import org.jspecify.annotations.Nullable;

/** The handle of {@code callSoon}, of a reader or writer, of a done callback: its own entry in the ready queue. */
final class CallbackHandle extends Handle implements UserCallback {
    CallbackHandle(EventLoop loop, Action callback, @Nullable Context context) {
        super(loop, callback, context);
    }

    @Override
    public void run() {
        try {
            invoke();
        } catch (Throwable e) {
            loop.callbackFailed(this, e);
        }
    }
}
