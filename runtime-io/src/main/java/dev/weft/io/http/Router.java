package dev.weft.io.http;

import dev.weft.Suspends;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a handler by method and path. Routes are added before it serves; the first that fits is taken.
 *
 * {@snippet :
 * var router = new Router()
 *         .get("/users/{id}", request -> Response.text(request.pathParameter("id")))
 *         .post("/users", this::create)
 *         .get("/static/{file...}", files);
 * }
 *
 * <p>A pattern is compared segment by segment: {@code {name}} stands for one segment that is not empty, {@code {name...}} at the end for all the
 * rest, slashes included, which may be empty. Segments of the path are decoded before; a path with a segment {@code .} or {@code ..}, encoded or
 * not, is answered 400. HEAD is answered by the handler for GET if there is no other, OPTIONS with the methods that there are, any other method
 * that no route of the path has with 405, and a path that no route has with 404. Mirrors {@code tornado.web.Application}.
 */
public final class Router implements HttpHandler {
    private record Route(String method, PathPattern pattern, HttpHandler handler) {}

    private final List<Route> routes = new ArrayList<>();

    /** No routes yet. */
    public Router() {}

    /**
     * Adds a route.
     *
     * @param method its method, such as {@code PATCH}; {@code *} for any
     * @param pattern its path
     * @param handler answers it
     * @return this
     * @throws IllegalArgumentException if the method is no token, or the pattern does not begin with a slash or is malformed
     */
    public Router route(String method, String pattern, HttpHandler handler) {
        if (!Headers.isToken(method)) {
            throw new IllegalArgumentException("not a method: \"" + Headers.escaped(method) + "\"");
        }
        routes.add(new Route(method, PathPattern.parse(pattern), Objects.requireNonNull(handler, "handler")));
        return this;
    }

    /**
     * Adds a route for GET, and HEAD.
     *
     * @param pattern its path
     * @param handler answers it
     * @return this
     * @throws IllegalArgumentException if the pattern is malformed
     */
    public Router get(String pattern, HttpHandler handler) {
        return route("GET", pattern, handler);
    }

    /**
     * Adds a route for POST.
     *
     * @param pattern its path
     * @param handler answers it
     * @return this
     * @throws IllegalArgumentException if the pattern is malformed
     */
    public Router post(String pattern, HttpHandler handler) {
        return route("POST", pattern, handler);
    }

    /**
     * Adds a route for PUT.
     *
     * @param pattern its path
     * @param handler answers it
     * @return this
     * @throws IllegalArgumentException if the pattern is malformed
     */
    public Router put(String pattern, HttpHandler handler) {
        return route("PUT", pattern, handler);
    }

    /**
     * Adds a route for DELETE.
     *
     * @param pattern its path
     * @param handler answers it
     * @return this
     * @throws IllegalArgumentException if the pattern is malformed
     */
    public Router delete(String pattern, HttpHandler handler) {
        return route("DELETE", pattern, handler);
    }

    @Override
    @Suspends
    public Response handle(Request request) throws Exception {
        if (request.rawPath().equals("*")) {
            var all = new TreeSet<String>();
            routes.forEach(route -> addAllowed(all, route.method));
            return options(all);
        }
        List<String> segments = PathPattern.segments(request.rawPath());
        Route forGet = null;
        Map<String, String> getParameters = Map.of();
        for (Route route : routes) {
            Map<String, String> parameters = route.pattern.match(segments);
            if (parameters == null) {
                continue;
            }
            if (route.method.equals(request.method()) || route.method.equals("*")) {
                request.setPathParameters(parameters);
                return route.handler.handle(request);
            }
            if (forGet == null && route.method.equals("GET")) {
                forGet = route;
                getParameters = parameters;
            }
        }
        if (forGet != null && request.method().equals("HEAD")) {
            request.setPathParameters(getParameters);
            return forGet.handler.handle(request);
        }
        var allowed = new TreeSet<String>();
        for (Route route : routes) {
            if (route.pattern.match(segments) != null) {
                addAllowed(allowed, route.method);
            }
        }
        if (allowed.isEmpty()) {
            throw new HttpStatusException(404, "Not Found");
        }
        if (request.method().equals("OPTIONS")) {
            return options(allowed);
        }
        return Response.of(405)
                .header("Allow", String.join(", ", withOptions(allowed)))
                .body("text/plain; charset=utf-8", "Method Not Allowed\n");
    }

    private static Response options(Set<String> allowed) {
        return Response.of(204).header("Allow", String.join(", ", withOptions(allowed)));
    }

    private static void addAllowed(Set<String> allowed, String method) {
        if (method.equals("*")) {
            return;
        }
        allowed.add(method);
        if (method.equals("GET")) {
            allowed.add("HEAD");
        }
    }

    private static Set<String> withOptions(Set<String> allowed) {
        allowed.add("OPTIONS");
        return allowed;
    }

    /** The path of a route. */
    private record PathPattern(
            List<Segment> segments, @Nullable String rest) {
        /** Text to be equal to, or the name of a parameter. */
        private record Segment(String text, boolean isParameter) {}

        static PathPattern parse(String pattern) {
            if (!pattern.startsWith("/")) {
                throw new IllegalArgumentException("a path pattern begins with a slash, got \"" + pattern + "\"");
            }
            var segments = new ArrayList<Segment>();
            var names = new TreeSet<String>();
            String rest = null;
            for (String segment : pattern.substring(1).split("/", -1)) {
                if (rest != null) {
                    throw new IllegalArgumentException("a tail is the last of a path pattern, in \"" + pattern + "\"");
                }
                boolean isParameter = segment.startsWith("{") && segment.endsWith("}");
                String name = isParameter ? segment.substring(1, segment.length() - 1) : "";
                boolean isTail = name.endsWith("...");
                if (isTail) {
                    name = name.substring(0, name.length() - 3);
                    rest = name;
                }
                if (isParameter ? name.isEmpty() || !names.add(name) : segment.contains("{") || segment.contains("}")) {
                    throw new IllegalArgumentException(
                            "\"%s\" is no segment of a path pattern, in \"%s\"".formatted(segment, pattern));
                }
                if (!isTail) {
                    segments.add(new Segment(isParameter ? name : segment, isParameter));
                }
            }
            return new PathPattern(List.copyOf(segments), rest);
        }

        /** The decoded segments of a path. */
        static List<String> segments(String rawPath) {
            var segments = new ArrayList<String>();
            int begin = 1;
            while (begin <= rawPath.length()) {
                int slash = rawPath.indexOf('/', begin);
                int end = slash < 0 ? rawPath.length() : slash;
                String segment = PercentCodec.decode(rawPath.substring(begin, end), false);
                if (segment.equals(".") || segment.equals("..")) {
                    throw new HttpStatusException(400, "a path with dot segments");
                }
                segments.add(segment);
                begin = end + 1;
            }
            return segments;
        }

        /** The parameters, null if the path is another one. */
        @Nullable
        Map<String, String> match(List<String> path) {
            if (rest == null ? path.size() != segments.size() : path.size() <= segments.size()) {
                return null;
            }
            Map<String, String> parameters = Map.of();
            for (int i = 0; i < segments.size(); i++) {
                Segment wanted = segments.get(i);
                String found = path.get(i);
                if (!wanted.isParameter) {
                    if (!wanted.text.equals(found)) {
                        return null;
                    }
                } else if (found.isEmpty()) {
                    return null;
                } else {
                    if (parameters.isEmpty()) {
                        parameters = new LinkedHashMap<>();
                    }
                    parameters.put(wanted.text, found);
                }
            }
            if (rest != null) {
                var all = new LinkedHashMap<>(parameters);
                all.put(rest, String.join("/", path.subList(segments.size(), path.size())));
                return all;
            }
            return parameters;
        }
    }
}
