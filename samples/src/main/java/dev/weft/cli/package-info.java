/** The {@code weft} command: runs single-file programs. */
@NullMarked
package dev.weft.cli;

import org.jspecify.annotations.NullMarked;
