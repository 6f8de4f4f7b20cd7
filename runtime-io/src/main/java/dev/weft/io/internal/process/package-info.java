/** Child processes: started and ended off the loop, observed and spoken to from it. */
package dev.weft.io.internal.process;
