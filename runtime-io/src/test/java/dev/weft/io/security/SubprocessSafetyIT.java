package dev.weft.io.security;

import org.junit.platform.suite.api.SelectMethod;
import org.junit.platform.suite.api.Suite;

/** K16: a child gets what it is given, and nothing else. */
@Suite
@SelectMethod("dev.weft.io.SubprocessTest#exec_strangeArguments_comeBackUnchanged")
@SelectMethod("dev.weft.io.SubprocessTest#exec_nulInAnArgumentOrNoProgram_isRejected")
@SelectMethod("dev.weft.io.SubprocessTest#exec_child_seesThreeDescriptors")
@SelectMethod("dev.weft.io.SubprocessTest#exec_environment_reachesTheChildAndIsAllItGets")
final class SubprocessSafetyIT {}
