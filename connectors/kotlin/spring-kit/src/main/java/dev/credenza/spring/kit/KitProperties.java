package dev.credenza.spring.kit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The properties {@code credenza.kit.*}; none is needed.
 *
 * @param origin what clients see: scheme, host, port. On https, answers say to come back by https.
 * @param bodyLimit how long the body of a request may be.
 * @param timeout how long a handler may take to begin its answer.
 * @param live the path at which is answered whether the process lives.
 * @param ready the path at which is answered whether it can do its work.
 * @param secret seals cursors of pages: 32 bytes at least. Several are separated by commas: the
 *     first seals, all open.
 * @param redis where rates are counted for all instances; {@code redis://…}.
 * @param rates how often the {@code caller}, and the callers of a {@code tenant}, may ask.
 * @param roles the permissions of each role; {@code *} is everything.
 * @param upgradeUrl the page on which a caller gets another plan.
 * @param featuresUrl where the features of a plan are: {@code GET URL?plan=pro}.
 */
@ConfigurationProperties(prefix = "credenza.kit", ignoreUnknownFields = false)
public record KitProperties(
        String origin,
        @DefaultValue("1MB") DataSize bodyLimit,
        @DefaultValue("10s") Duration timeout,
        @DefaultValue("/livez") String live,
        @DefaultValue("/readyz") String ready,
        String secret,
        String redis,
        @DefaultValue Map<String, Rate> rates,
        @DefaultValue Map<String, List<String>> roles,
        String upgradeUrl,
        String featuresUrl) {
    /** What is empty is not there. */
    public KitProperties {
        redis = redis == null || redis.isBlank() ? null : redis;
    }

    /**
     * How often somebody may ask.
     *
     * @param quota how many times.
     * @param window in how much time; whole seconds.
     */
    public record Rate(int quota, Duration window) {}
}
