package dev.weft.samples.docs;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A fenced block of a Markdown page.
 *
 * @param page the page, relative to the root of the project
 * @param line the number of the block's first line, without the fence, counted from 1
 * @param language what the fence says: {@code java}, {@code sh}, or nothing
 * @param text the lines between the fences
 * @param mark the words of a hidden comment {@code <!-- snippet: ... -->} right above it; empty without one
 * @param output the block {@code text} right below it, which is what the program prints
 */
public record Block(Path page, int line, String language, String text, String mark, Optional<String> output) {
    /** Where a reader finds it. */
    public String where() {
        return page + ":" + line;
    }
}
