package dev.weft;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How a task is created. Immutable: each setter returns a changed copy. Mirrors the keywords of {@code asyncio.create_task}. */
public final class TaskOptions {
    /** Everything by default. */
    public static final TaskOptions DEFAULT = new TaskOptions(null, null, null);

    private final @Nullable String name;
    private final @Nullable Context context;
    private final @Nullable Boolean eagerStart;

    private TaskOptions(@Nullable String name, @Nullable Context context, @Nullable Boolean eagerStart) {
        this.name = name;
        this.context = context;
        this.eagerStart = eagerStart;
    }

    /**
     * Options with a name.
     *
     * @param name the task's name, and its thread's
     * @return the options
     */
    public static TaskOptions named(String name) {
        return DEFAULT.name(name);
    }

    /**
     * With this name instead of a generated one.
     *
     * @param name the task's name
     * @return changed copy
     */
    public TaskOptions name(String name) {
        return new TaskOptions(Objects.requireNonNull(name, "name"), context, eagerStart);
    }

    /**
     * To run in exactly this context instead of a copy of the current one.
     *
     * @param context the context
     * @return changed copy
     */
    public TaskOptions context(Context context) {
        return new TaskOptions(name, Objects.requireNonNull(context, "context"), eagerStart);
    }

    /**
     * Whether to run the first step inside the creating call; overrides the task factory.
     *
     * @param eager whether to start eagerly
     * @return changed copy
     */
    public TaskOptions eagerStart(boolean eager) {
        return new TaskOptions(name, context, eager);
    }

    /** {@return the name, null for a generated one} */
    public @Nullable String name() {
        return name;
    }

    /** {@return the context to run in, null for a copy of the current one} */
    public @Nullable Context context() {
        return context;
    }

    /** {@return whether to start eagerly, null when the task factory decides} */
    public @Nullable Boolean eagerStart() {
        return eagerStart;
    }
}
