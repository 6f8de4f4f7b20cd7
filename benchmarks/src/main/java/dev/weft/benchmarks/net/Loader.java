package dev.weft.benchmarks.net;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Loads servers from a process of its own: wrk for HTTP if it is installed, otherwise {@link LoadMain}. */
final class Loader implements AutoCloseable {
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s*([0-9.]+)");
    private static final Pattern ALL = Pattern.compile("([0-9]+) requests in");

    private final Child process;
    private final List<String> pinned;
    private final Optional<Path> wrk;
    private final Path script;

    Loader(Path identity, Cores cores, Path sources) throws IOException {
        pinned = cores.forLoad();
        wrk = Programs.path("wrk");
        script = sources.resolve("wrk_pipeline.lua");
        process = Child.jvm(pinned, LoadMain.class, List.of(identity.toString()));
    }

    /** What is to be done as soon as what comes counts. */
    interface Counting {
        void begins() throws IOException;
    }

    Reached run(LoadCase one, int port, long millis, Counting counting) throws IOException, InterruptedException {
        if (one.load() == Load.HTTP && wrk.isPresent()) {
            counting.begins();
            return wrk(one, port, Math.max(1, Math.round(millis / 1000.0)));
        }
        String answer = process.ask(one.command(port, millis));
        if (answer.equals("counting")) {
            counting.begins();
            answer = process.answer();
        }
        if (answer.startsWith("failed")) {
            throw new IOException(one + " " + answer);
        }
        return Reached.of(answer);
    }

    private Reached wrk(LoadCase one, int port, long seconds) throws IOException, InterruptedException {
        var command = new ArrayList<>(pinned);
        command.addAll(List.of(
                wrk.orElseThrow().toString(),
                "-t1",
                "-c" + one.connections(),
                "-d" + seconds + "s",
                "-s",
                script.toString(),
                "http://127.0.0.1:" + port + "/",
                "--",
                Integer.toString(one.depth())));
        Process running = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(running.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        Matcher rate = RATE.matcher(output);
        Matcher all = ALL.matcher(output);
        if (running.waitFor() != 0 || !rate.find() || !all.find() || output.contains("Non-2xx")) {
            throw new IOException(command + " failed: " + output);
        }
        return new Reached(Double.parseDouble(rate.group(1)), Long.parseLong(all.group(1)));
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
