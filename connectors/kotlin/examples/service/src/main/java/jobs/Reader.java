package jobs;

import dev.credenza.events.Event;
import dev.credenza.events.EventHandler;
import dev.credenza.events.RedisEvents;
import dev.credenza.events.RedisEventsConfig;
import io.lettuce.core.RedisClient;

public final class Reader {
    public static void main(String[] arguments) throws InterruptedException {
        RedisClient redis = RedisClient.create(System.getenv().getOrDefault("REDIS_URL", "redis://localhost:6379"));
        RedisEventsConfig config = new RedisEventsConfig(redis, "credenza:events");
        config.setGroup("mailings");
        EventHandler handler = Reader::handle;
        RedisEvents events = new RedisEvents(config, handler);
        events.start();
        Runtime.getRuntime().addShutdownHook(new Thread(events::close));
        Thread.currentThread().join();
    }

    private static void handle(Event event) {
        System.out.println(event.getType() + " " + event.getSubject());
    }
}
