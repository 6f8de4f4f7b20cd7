//JAVA 25+
//DEPS dev.weft:weft-runtime:0.1.0-SNAPSHOT
//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED

import dev.weft.*;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;

import static dev.weft.Asyncio.*;

/** java.util.concurrent.Flow both ways, at the speed of whoever is slower. */

/** Takes what a publisher has into a channel, and asks for as much as the channel has room for. */
<T> Receiver<T> receive(Flow.Publisher<T> publisher, int room) {
    Channel<T> channel = Channel.threadsafe(getRunningLoop(), room);
    publisher.subscribe(new Flow.Subscriber<T>() {
        private Flow.Subscription subscription;

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            this.subscription = subscription;
            subscription.request(1);
        }

        @Override
        public void onNext(T item) {
            try {
                channel.sender().put(item); // blocks the publisher's thread while the channel is full
                subscription.request(1);
            } catch (InterruptedException | EndOfChannelException nobodyReceives) {
                subscription.cancel();
            }
        }

        @Override
        public void onError(Throwable failure) {
            channel.sender().close(failure);
        }

        @Override
        public void onComplete() {
            channel.sender().close();
        }
    });
    return channel.receiver();
}

/** Publishes what tasks make; submit blocks while the subscribers are behind, hence on a thread. */
void publish(SubmissionPublisher<Integer> publisher, Generator<Integer> items) throws Exception {
    while (items.hasNext()) {
        int item = items.next();
        toThread(() -> publisher.submit(item));
    }
    publisher.close();
}

void main() throws Exception {
    run(() -> {
        var squares = generator((GeneratorBody<Integer>) out -> {
            for (int i = 1; i <= 5; i++) {
                sleep(millis(5));
                out.emit(i * i);
            }
        });
        try (var publisher = new SubmissionPublisher<Integer>(Runnable::run, 2)) {
            var received = receive(publisher, 2);
            var publishing = createTask(() -> publish(publisher, squares));
            int sum = 0;
            for (int square : received) {
                IO.println("received " + square);
                sum += square;
            }
            publishing.await();
            IO.println("sum " + sum);
        }
    });
}
