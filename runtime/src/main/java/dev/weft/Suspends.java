package dev.weft;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a method that may suspend the calling task, so that other tasks run before it returns.
 *
 * <p>Java has no {@code await} keyword; this mark is where a reader sees that a call is not atomic.
 * A method that calls a marked method carries the mark too. A call inside a lambda is free: another
 * task may be the one to run it.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.METHOD, ElementType.CONSTRUCTOR})
public @interface Suspends {}
