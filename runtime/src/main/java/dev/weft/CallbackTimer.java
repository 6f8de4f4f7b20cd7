package dev.weft;

import dev.weft.internal.loop.LoopEntry;
import dev.weft.internal.loop.UserCallback;
import org.jspecify.annotations.Nullable;

/** The handle of {@code callLater} and {@code callAt}: its own entry once it is due. */
final class CallbackTimer extends TimerHandle implements UserCallback {
    CallbackTimer(EventLoop loop, long when, Action callback, @Nullable Context context) {
        super(loop, when, callback, context);
    }

    @Override
    LoopEntry entry() {
        return this;
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
