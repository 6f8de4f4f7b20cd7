package dev.weft.samples.conformance;

/** The twin of a recorded program: {@link #main} is its {@code async def main()}, a task of a virtual-time loop. */
public interface Program {
    /** What the program does; it calls {@link Tracing#trace} as it goes. */
    void main() throws Exception;
}
