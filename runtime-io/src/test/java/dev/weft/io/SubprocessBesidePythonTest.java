package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.Asyncio;
import dev.weft.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The same program about children, in CPython's asyncio and here: both print the same. Where there is no Python, there is nothing to show. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the children are Unix programs")
@Timeout(60)
final class SubprocessBesidePythonTest {
    /** Return codes of signalled children are shown as the JDK has them: 128 + n for Python's -n. */
    private static final String PYTHON = """
        import asyncio
        from asyncio.subprocess import PIPE, STDOUT, DEVNULL

        def show(name, *parts):
            words = []
            for part in parts:
                if isinstance(part, int) and part < 0:
                    part = 128 - part
                if isinstance(part, bytes):
                    part = part.decode()
                words.append('none' if part is None else str(part).replace('\\n', '|'))
            print(name, *words)

        async def child(command, **options):
            return await asyncio.create_subprocess_shell(command, **options)

        async def communicate(name, command, input=None, **options):
            process = await child(command, **options)
            stdout, stderr = await process.communicate(input)
            show(name, stdout, stderr, process.returncode, await process.wait())

        async def signalled(name, command, *sends):
            process = await child(command, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL)
            await process.stdout.readline()
            for send in sends:
                send(process)
            codes = await asyncio.gather(process.wait(), process.wait())
            for send in sends:
                try:
                    send(process)
                except ProcessLookupError:
                    pass
            show(name, *codes, await process.stdout.read())

        async def main():
            pipes = dict(stdin=PIPE, stdout=PIPE, stderr=PIPE)
            await communicate('cat', 'cat', b'some\\ntext', **pipes)
            await communicate('no input', 'cat; exit 4', b'', **pipes)  # None would hang before 3.12
            await communicate('both', 'echo out; echo err >&2; exit 200', b'', **pipes)
            await communicate('merged', 'echo out; echo err >&2', stdin=DEVNULL, stdout=PIPE, stderr=STDOUT)
            await communicate('discarded', 'echo out; echo err >&2', stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL)
            await communicate('does not read', 'exec 0</dev/null; echo done', b'x' * 1000000, **pipes)
            await communicate('environment', 'echo $FOO', stdin=DEVNULL, stdout=PIPE, stderr=PIPE, env={'FOO': 'bar'})
            await communicate('directory', 'pwd', stdin=DEVNULL, stdout=PIPE, stderr=PIPE, cwd='/')
            await communicate('grandchild writes', '(sleep 0.4; echo late) & echo early; sleep 0.2', stdin=DEVNULL, stdout=PIPE)
            await signalled('terminate', 'echo up; exec sleep 60', lambda p: p.terminate())
            await signalled('kill', 'echo up; exec sleep 60', lambda p: p.kill())
            await signalled('hup', 'echo up; exec sleep 60', lambda p: p.send_signal(1))
            await signalled('trap', "trap 'echo caught; exit 5' TERM; echo up; while :; do sleep 0.01; done", lambda p: p.terminate())
            await signalled('self', 'echo up; kill -INT $$')
            try:
                await asyncio.create_subprocess_exec('/no/such/program')
            except OSError:
                show('missing', 'refused')
            try:
                await asyncio.create_subprocess_exec('echo', 'a\\0b')
            except ValueError:
                show('nul', 'refused')
            process = await child('printf "a\\\\nbb\\\\nrest"', stdin=DEVNULL, stdout=PIPE)
            await process.wait()
            lines = [line async for line in process.stdout]
            show('lines', *lines, process.stdout.at_eof())

        asyncio.run(main())
        """;

    private final List<String> lines = new ArrayList<>();

    private void show(String name, @Nullable Object... parts) {
        var line = new StringBuilder(name);
        for (Object part : parts) {
            String word = switch (part) {
                case null -> "none";
                case byte[] bytes -> new String(bytes, UTF_8);
                case Boolean flag -> flag ? "True" : "False";
                default -> part.toString();
            };
            line.append(' ').append(word.replace('\n', '|'));
        }
        lines.add(line.toString());
    }

    private void communicate(String name, ProcessOptions options, String command, byte[] input) throws IOException {
        var child = Subprocess.shell(options, command);
        CommunicateResult result = child.communicate(input);
        show(name, result.stdout(), result.stderr(), child.returnCode().getAsInt(), child.waitFor());
    }

    private interface Send {
        void to(Subprocess child);
    }

    private void signalled(String name, String command, Send... sends) throws IOException {
        var child = Subprocess.shell(SubprocessTest.OUTPUT, command);
        child.stdout().readLine();
        for (Send send : sends) {
            send.to(child);
        }
        Task<Integer> one = Asyncio.createTask(() -> child.waitFor());
        Task<Integer> other = Asyncio.createTask(() -> child.waitFor());
        int first = one.await();
        int second = other.await();
        for (Send send : sends) {
            send.to(child);
        }
        show(name, first, second, child.stdout().readAll());
    }

    private void program() throws IOException {
        byte[] none = {};
        ProcessOptions pipes = SubprocessTest.PIPES;
        ProcessOptions output = SubprocessTest.OUTPUT;
        communicate("cat", pipes, "cat", "some\ntext".getBytes(UTF_8));
        communicate("no input", pipes, "cat; exit 4", none);
        communicate("both", pipes, "echo out; echo err >&2; exit 200", none);
        communicate("merged", output.stderr(Redirect.STDOUT), "echo out; echo err >&2", none);
        communicate("discarded", SubprocessTest.QUIET, "echo out; echo err >&2", none);
        communicate("does not read", pipes, "exec 0</dev/null; echo done", new byte[1_000_000]);
        ProcessOptions reading = output.stderr(Redirect.PIPE);
        communicate("environment", reading.env(Map.of("FOO", "bar")), "echo $FOO", none);
        communicate("directory", reading.cwd(java.nio.file.Path.of("/")), "pwd", none);
        communicate("grandchild writes", output, "(sleep 0.4; echo late) & echo early; sleep 0.2", none);
        signalled("terminate", "echo up; exec sleep 60", Subprocess::terminate);
        signalled("kill", "echo up; exec sleep 60", Subprocess::kill);
        signalled("hup", "echo up; exec sleep 60", child -> child.sendSignal(1));
        signalled(
                "trap",
                "trap 'echo caught; exit 5' TERM; echo up; while :; do sleep 0.01; done",
                Subprocess::terminate);
        signalled("self", "echo up; kill -INT $$");
        try {
            Subprocess.exec("/no/such/program");
        } catch (IOException refused) {
            show("missing", "refused");
        }
        try {
            Subprocess.exec("echo", "a\0b");
        } catch (IllegalArgumentException refused) {
            show("nul", "refused");
        }
        var child = Subprocess.shell(output, "printf \"a\\nbb\\nrest\"");
        child.waitFor();
        List<Object> parts = new ArrayList<>();
        child.stdout().lines().forEach(parts::add);
        parts.add(child.stdout().atEof());
        show("lines", parts.toArray());
    }

    @Test
    void program_besidePython_printsTheSame() throws IOException {
        Asyncio.run(() -> {
            CompletedProcess python;
            try {
                python = Subprocess.run(
                        ProcessOptions.DEFAULT
                                .input(PYTHON.getBytes(UTF_8))
                                .stdout(Redirect.PIPE)
                                .stderr(Redirect.PIPE),
                        List.of("python3", "-"));
            } catch (IOException missing) {
                Assumptions.abort("no python3: " + missing.getMessage());
                throw missing;
            }
            assertEquals("", new String(python.stderr(), UTF_8));
            program();
            assertEquals(new String(python.stdout(), UTF_8).strip(), String.join("\n", lines));
        });
    }
}
