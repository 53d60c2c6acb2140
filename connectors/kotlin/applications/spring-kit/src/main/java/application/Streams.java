package application;

import dev.credenza.events.Event;
import dev.credenza.events.EventHandler;
import dev.credenza.events.NatsEvents;
import dev.credenza.events.NatsEventsConfig;
import dev.credenza.events.RedisEvents;
import dev.credenza.events.RedisEventsConfig;
import io.lettuce.core.RedisClient;
import io.nats.client.Options;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Reads the streams that the environment names, until the application ends. */
@Component
class Streams implements DisposableBean {
    private final Handled handled = new Handled();
    private final Map<String, Integer> tries = new ConcurrentHashMap<>();
    private final List<AutoCloseable> readers = new ArrayList<>();

    Streams(Environment environment) {
        EventHandler handler = this::handle;
        String stream = environment.getProperty("STREAM");
        if (stream != null) {
            RedisClient redis = RedisClient.create(environment.getRequiredProperty("REDIS_URL"));
            RedisEventsConfig config = new RedisEventsConfig(redis, stream);
            config.setGroup(environment.getProperty("GROUP", "credenza"));
            config.setClaimAfter(Duration.ofMillis(environment.getProperty("CLAIM_AFTER_MS", Long.class, 30_000L)));
            RedisEvents events = new RedisEvents(config, handler);
            events.start();
            readers.add(events);
        }
        String natsStream = environment.getProperty("NATS_STREAM");
        if (natsStream != null) {
            Options server = Options.builder().server(environment.getRequiredProperty("NATS_URL")).build();
            NatsEventsConfig config = new NatsEventsConfig(server);
            config.setStream(natsStream);
            config.setDurable(environment.getProperty("GROUP", "credenza"));
            NatsEvents events = new NatsEvents(config, handler);
            events.start();
            readers.add(events);
        }
    }

    /** Some fail on purpose. */
    private void handle(Event event) {
        int made = tries.merge(event.getId(), 1, Integer::sum);
        boolean isFailing = event.getType().equals("test.fails");
        if (isFailing || event.getType().equals("test.fails_twice") && made <= 2) {
            throw new IllegalStateException("it fails, for the " + made + ". time");
        }
        handled.add(event.getId());
    }

    List<String> handled() {
        return handled.list();
    }

    @Override
    public void destroy() throws Exception {
        for (AutoCloseable reader : readers) {
            reader.close();
        }
    }
}
