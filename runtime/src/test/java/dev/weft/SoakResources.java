package dev.weft;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the tasks of a {@link Soak} share. */
final class SoakResources {
    private SoakResources() {}

    static final class OfLock extends SoakResource {
        private final Lock lock = new Lock();
        private int owners;

        OfLock(Soak soak, String name) {
            super(soak, name);
        }

        @Override
        void use(Soak.Actor self) throws Exception {
            boolean limited = soak.oneIn(6);
            inLine(self, () -> {
                if (limited) {
                    lock.acquire(soak.duration());
                } else {
                    lock.acquire();
                }
            });
            owners++;
            try {
                require(owners == 1, "I2", "two owners");
                soak.hold();
                require(owners == 1, "I2", "two owners");
            } finally {
                owners--;
                lock.release();
                soak.perhapsCancelWoken();
            }
        }

        @Override
        void checkStill() {
            require(lock.locked() == (owners > 0), "I2", owners + " owners");
            require(lock.locked() || lock.waiters() == 0, "I3", "free, and somebody waits");
        }

        @Override
        void checkEnd() {
            require(!lock.locked(), "I2", "still locked");
            require(lock.waiters() == 0, "I6", "still waited for");
        }

        @Override
        public String toString() {
            return lock.toString();
        }
    }

    static final class OfSemaphore extends SoakResource {
        private final int permits;
        private final Semaphore semaphore;
        private int inside;

        OfSemaphore(Soak soak, String name, int permits) {
            super(soak, name);
            this.permits = permits;
            semaphore = new Semaphore(permits);
        }

        @Override
        void use(Soak.Actor self) throws Exception {
            boolean limited = soak.oneIn(6);
            inLine(self, () -> {
                if (limited) {
                    semaphore.acquire(soak.duration());
                } else {
                    semaphore.acquire();
                }
            });
            inside++;
            try {
                require(inside <= permits, "I1", inside + " inside");
                soak.hold();
            } finally {
                inside--;
                semaphore.release();
                soak.perhapsCancelWoken();
            }
        }

        @Override
        void checkStill() {
            require(semaphore.value() + inside == permits, "I1", inside + " inside of " + permits);
            require(semaphore.value() == 0 || semaphore.waiters() == 0, "I3", "a permit is free, and somebody waits");
        }

        @Override
        void checkEnd() {
            require(semaphore.value() == permits, "I1", "a permit is lost, or one too many");
            require(semaphore.waiters() == 0, "I6", "still waited for");
        }

        @Override
        public String toString() {
            return semaphore + " value " + semaphore.value();
        }
    }

    /** Items are numbers, rising with each producer. */
    static final class OfQueue extends SoakResource {
        enum Discipline {
            FIFO,
            LIFO,
            PRIORITY
        }

        private final Queue<Long> queue;
        private final Discipline discipline;

        /** What the queue holds, oldest first. A put or get ends in the step that changes the queue, so this is exact. */
        private final List<Long> model = new ArrayList<>();

        OfQueue(Soak soak, String name, Discipline discipline, int maxsize) {
            super(soak, name);
            this.discipline = discipline;
            queue = switch (discipline) {
                case FIFO -> new Queue<>(maxsize);
                case LIFO -> new LifoQueue<>(maxsize);
                case PRIORITY -> new PriorityQueue<>(maxsize);
            };
        }

        @Override
        void use(Soak.Actor self) throws Exception {
            boolean limited = soak.oneIn(6);
            if (soak.oneIn(2)) {
                long item = soak.item();
                if (limited) {
                    queue.put(item, soak.duration());
                } else {
                    queue.put(item);
                }
                hasPut(item);
            } else {
                hasGot(limited ? queue.getWithin(soak.duration()) : queue.get());
            }
            soak.perhapsCancelWoken();
        }

        @Override
        void help() {
            int getters = queue.waitingGetters();
            for (int i = 0; i < getters && !queue.full(); i++) {
                long item = soak.item();
                queue.putNowait(item);
                hasPut(item);
            }
            if (queue.waitingPutters() > 0) {
                hasGot(queue.getNowait());
            }
        }

        private void hasPut(long item) {
            model.add(item);
            require(queue.maxsize() == 0 || model.size() <= queue.maxsize(), "I15", "too many items");
        }

        private void hasGot(long item) {
            require(!model.isEmpty(), "I5", "got an item that nobody has put: " + item);
            Long expected = switch (discipline) {
                case FIFO -> model.getFirst();
                case LIFO -> model.getLast();
                case PRIORITY -> model.stream().min(Comparator.naturalOrder()).orElseThrow();
            };
            require(expected == item, "I5", "got " + item + " instead of " + expected);
            model.remove(expected);
        }

        @Override
        void checkStill() {
            require(queue.qsize() == model.size(), "I5", model.size() + " items were put and not got");
            require(queue.empty() || queue.waitingGetters() == 0, "I3", "there is an item, and somebody waits for one");
            require(!queue.full() || queue.maxsize() > 0, "I15", "full");
            require(queue.full() || queue.waitingPutters() == 0, "I3", "there is room, and somebody waits for some");
        }

        @Override
        void checkEnd() {
            checkStill();
            require(queue.waiters() == 0, "I6", "still waited for");
        }

        @Override
        public String toString() {
            return queue.toString();
        }
    }

    static final class OfChannel extends SoakResource {
        private final int capacity;
        private final Channel<Long> channel;

        /** What was offered and not yet both sent and received: whether it was sent, else that it was received. */
        private final Map<Long, Boolean> halfDone = new HashMap<>();

        private int buffered;

        OfChannel(Soak soak, String name, int capacity) {
            super(soak, name);
            this.capacity = capacity;
            channel = Channel.open(capacity);
        }

        @Override
        void use(Soak.Actor self) throws Exception {
            boolean limited = soak.oneIn(6);
            if (soak.oneIn(2)) {
                long item = soak.item();
                boolean sent = false;
                try {
                    if (limited) {
                        Asyncio.timeout(soak.duration(), () -> channel.sender().send(item));
                    } else {
                        channel.sender().send(item);
                    }
                    sent = true;
                } finally {
                    if (!sent) {
                        require(
                                !halfDone.containsKey(item),
                                "I5",
                                "received, though its sender was told otherwise: " + item);
                    }
                }
                sent(item);
            } else if (limited) {
                Asyncio.timeout(
                        soak.duration(), () -> received(channel.receiver().receive()));
            } else {
                received(channel.receiver().receive());
            }
            soak.perhapsCancelWoken();
        }

        @Override
        void help() {
            if (channel.receiver().waiters() > 0) {
                long item = soak.item();
                if (channel.sender().trySend(item)) {
                    sent(item);
                }
            } else if (channel.sender().waiters() > 0) {
                Optional<Long> item = channel.receiver().tryReceive();
                item.ifPresent(this::received);
            }
        }

        private void sent(long item) {
            Boolean before = halfDone.putIfAbsent(item, true);
            if (before != null) {
                require(!before, "I5", "sent twice: " + item);
                halfDone.remove(item);
            }
            buffered++;
        }

        private void received(long item) {
            Boolean before = halfDone.putIfAbsent(item, false);
            if (before != null) {
                require(before, "I5", "received twice: " + item);
                halfDone.remove(item);
            }
            buffered--;
        }

        @Override
        void checkStill() {
            int items = channel.receiver().buffered();
            require(items == buffered, "I5", buffered + " items were sent and not received");
            // trySend may leave an item at a rendezvous, if the one it was for is cancelled meanwhile.
            require(items <= capacity || capacity == 0, "I15", "too many items");
            require(halfDone.size() == items, "I5", "lost, or from nowhere: " + halfDone);
            int senders = channel.sender().waiters();
            int receivers = channel.receiver().waiters();
            require(receivers == 0 || items == 0, "I3", "there is an item, and somebody waits for one");
            require(senders == 0 || items >= capacity, "I3", "there is room, and somebody waits for some");
            require(senders == 0 || receivers == 0, "I3", "one waits to send and one to receive");
        }

        @Override
        void checkEnd() {
            checkStill();
            require(channel.sender().waiters() + channel.receiver().waiters() == 0, "I6", "still waited for");
            while (channel.receiver().tryReceive().map(this::receivedAtEnd).orElse(false)) {}
            require(buffered == 0 && halfDone.isEmpty(), "I5", "lost, or from nowhere: " + halfDone);
        }

        private boolean receivedAtEnd(long item) {
            received(item);
            return true;
        }

        @Override
        public String toString() {
            return channel.toString();
        }
    }

    /** A stock: each addition signals one of those who wait for it. */
    static final class OfCondition extends SoakResource {
        private final Condition condition = new Condition();
        private int stock;
        private int inside;

        OfCondition(Soak soak, String name) {
            super(soak, name);
        }

        @Override
        void use(Soak.Actor self) throws Exception {
            if (soak.oneIn(2)) {
                add();
            } else {
                take();
            }
            soak.perhapsCancelWoken();
        }

        private void add() {
            try (var _ = condition.hold()) {
                stock++;
                condition.signal();
                soak.perhapsCancelWoken();
                giveWayInside();
            }
        }

        private void take() throws Exception {
            boolean limited = soak.oneIn(6);
            try (var _ = condition.hold()) {
                giveWayInside();
                try {
                    if (limited) {
                        condition.awaitUntil(() -> stock > 0, soak.duration());
                    } else {
                        condition.awaitUntil(() -> stock > 0);
                    }
                } finally {
                    require(condition.locked() && inside == 0, "I2", "the wait ended without the lock");
                }
                require(stock > 0, "I1", "nothing to take");
                stock--;
                giveWayInside();
            }
        }

        /** So that others come to wait for the lock too. */
        private void giveWayInside() {
            inside++;
            try {
                require(inside == 1, "I2", "two owners");
                if (soak.oneIn(3)) {
                    Asyncio.yieldNow();
                }
            } finally {
                inside--;
            }
        }

        @Override
        void help() {
            if (condition.waiters() > 0) {
                soak.helper(this::add);
            }
        }

        @Override
        void checkStill() {
            require(!condition.locked(), "I3", "locked, by nobody who will go on");
            require(stock == 0 || condition.waiters() == 0, "I3", "a signal was lost, stock " + stock);
        }

        @Override
        void checkEnd() {
            require(!condition.locked(), "I2", "still locked");
            require(condition.waiters() == 0, "I6", "still waited for");
        }

        @Override
        public String toString() {
            return condition.toString();
        }
    }

    static final class OfEvent extends SoakResource {
        private final Event event = new Event();
        private long raised;

        /** When each of those who wait began: before how many raises. */
        private final ArrayDeque<Long> waiting = new ArrayDeque<>();

        OfEvent(Soak soak, String name) {
            super(soak, name);
        }

        @Override
        void use(Soak.Actor self) throws Exception {
            if (soak.oneIn(3)) {
                raise();
                if (soak.oneIn(2)) {
                    event.clear();
                }
                soak.perhapsCancelWoken();
                return;
            }
            if (soak.oneIn(4)) {
                event.clear();
            }
            Long since = raised;
            boolean up = event.isSet();
            waiting.add(since);
            try {
                if (soak.oneIn(6)) {
                    event.await(soak.duration());
                } else {
                    event.await();
                }
            } finally {
                waiting.removeFirstOccurrence(since);
            }
            require(up || raised > since, "I3", "woken by nobody");
        }

        private void raise() {
            if (!event.isSet()) {
                raised++;
            }
            event.set();
        }

        @Override
        void help() {
            raise();
            event.clear();
        }

        @Override
        void checkStill() {
            require(!event.isSet() || event.waiters() == 0, "I3", "up, and somebody waits");
            require(waiting.isEmpty() || waiting.getFirst() >= raised, "I3", "somebody was not woken");
        }

        @Override
        void checkEnd() {
            require(event.waiters() == 0 && waiting.isEmpty(), "I6", "still waited for");
        }

        @Override
        public String toString() {
            return event.toString();
        }
    }

    static final class OfBarrier extends SoakResource {
        private static final int PARTIES = 3;

        private final Barrier barrier = new Barrier(PARTIES);
        private int passed;

        OfBarrier(Soak soak, String name) {
            super(soak, name);
        }

        @Override
        void use(Soak.Actor self) throws Exception {
            barrier.await();
            passed++;
        }

        @Override
        void help() {
            if (barrier.waiting() > 0) {
                soak.helper(() -> use(null));
            }
        }

        @Override
        void checkStill() {
            require(!barrier.broken(), "I1", "broken");
            require(barrier.waiting() < PARTIES, "I3", "full, and everybody waits");
            require(barrier.waiters() == barrier.waiting(), "I3", "somebody waits to come in");
        }

        @Override
        void checkEnd() {
            require(barrier.waiters() == 0, "I6", "still waited for");
        }

        @Override
        public String toString() {
            return barrier + ", passed " + passed;
        }
    }
}
