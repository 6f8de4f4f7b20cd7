package dev.weft.io.security;

import org.junit.platform.suite.api.SelectClasses;
import org.junit.platform.suite.api.Suite;

/** K11: the deadlines of a server that nobody set. */
@Suite
@SelectClasses(names = "dev.weft.io.http.SlowlorisTest")
final class SlowlorisIT {}
