package dev.weft.io.security;

import org.junit.platform.suite.api.SelectMethod;
import org.junit.platform.suite.api.Suite;

/** K8: requests sent ahead wait unparsed, however many they are. */
@Suite
@SelectMethod("dev.weft.io.http.HttpLimitsTest#pipeline_isAnsweredInOrder_andNeverParsedAhead")
final class PipelineLimitIT {}
