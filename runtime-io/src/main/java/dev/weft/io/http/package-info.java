/** HTTP/1.1 in direct style: a server whose handlers are plain methods, and a small client. Needs jetty-http beside Weft. */
package dev.weft.io.http;
