package dev.weft;

import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What is open on a loop, and what went through it. The loop changes it; any thread reads. */
final class OpenResources {
    private static final int MOST_FRAMES = 10;

    private final EventLoop loop;
    private final Set<OpenResource> open = ConcurrentHashMap.newKeySet();
    private long connectionsOpened;
    private long bytesReceived;
    private long bytesSent;

    OpenResources(EventLoop loop) {
        this.loop = loop;
    }

    OpenResource open(OpenResource.Kind kind, Object what) {
        var resource =
                new OpenResource(this, kind, what, loop.time(), loop.getDebug() ? Stacks.ofUser(MOST_FRAMES) : null);
        open.add(resource);
        if (kind == OpenResource.Kind.CONNECTION) {
            connectionsOpened++;
            if (Flight.recording) {
                FlightEvents.connectionOpened(loop, resource);
            }
        }
        return resource;
    }

    void closed(OpenResource resource) {
        open.remove(resource);
        if (Flight.recording && resource.kind() == OpenResource.Kind.CONNECTION) {
            FlightEvents.connectionClosed(loop, resource);
        }
    }

    void received(long bytes) {
        bytesReceived += bytes;
    }

    void sent(long bytes) {
        bytesSent += bytes;
    }

    Collection<OpenResource> all() {
        return Collections.unmodifiableCollection(open);
    }

    int count(OpenResource.Kind kind) {
        int count = 0;
        for (OpenResource resource : open) {
            if (resource.kind() == kind) {
                count++;
            }
        }
        return count;
    }

    long connectionsOpened() {
        return connectionsOpened;
    }

    long bytesReceived() {
        return bytesReceived;
    }

    long bytesSent() {
        return bytesSent;
    }
}
