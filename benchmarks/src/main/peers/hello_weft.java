import static dev.weft.Asyncio.run;

/** Says hello in a task. */
void main() {
    run(() -> IO.println("Hello"));
}
