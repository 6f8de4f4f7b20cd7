package dev.weft.cli;

/** One thing that {@code weft} can do. */
interface Subcommand {
    /**
     * Does it.
     *
     * @return the exit code
     * @throws CliException if the user has to be told something
     * @throws Throwable whatever a program throws that this runs
     */
    int run() throws Throwable;
}
