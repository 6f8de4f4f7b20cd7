package dev.weft.io.security;

import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/** K14: whom a Unix socket lets in, and whose files are touched. */
@Suite
@SelectClasses(names = "dev.weft.io.UnixSocketTest")
final class UnixSocketIT {}
