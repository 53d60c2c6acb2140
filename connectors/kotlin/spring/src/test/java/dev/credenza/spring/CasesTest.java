// Chart 915: Spring Boot 3 and 4 behind the starter | every shared case over HTTP
package dev.credenza.spring;

import dev.credenza.connectors.TrustedIssuer;
import dev.credenza.connectors.cases.Case;
import dev.credenza.connectors.cases.Running;
import dev.credenza.connectors.cases.Suite;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kotlin.Unit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

class CasesTest {
    /**
     * Applications are started once for each way in which they are set up; the case at hand is in
     * {@link CasesApplication}.
     */
    private static final Map<String, ConfigurableApplicationContext> RUNNING = new HashMap<>();

    @TestFactory
    List<DynamicContainer> cases() {
        return Suite.INSTANCE.of(CasesTest::start, Map.of());
    }

    @AfterAll
    static void stop() {
        RUNNING.values().forEach(ConfigurableApplicationContext::close);
    }

    private static Running start(Case tried, List<TrustedIssuer> issuers) {
        CasesApplication.tried = tried;
        CasesApplication.issuers = issuers;
        if (issuers.size() > 1 || tried.isOfItsOwn()) {
            ConfigurableApplicationContext own = run(tried);
            return new Running(
                    port(own),
                    () -> {
                        own.close();
                        return Unit.INSTANCE;
                    });
        }
        String kind = tried.getOptions() + tried.getPrefix();
        return new Running(
                port(RUNNING.computeIfAbsent(kind, absent -> run(tried))), () -> Unit.INSTANCE);
    }

    private static ConfigurableApplicationContext run(Case tried) {
        return new SpringApplicationBuilder(CasesApplication.class)
                .run(
                        "--server.port=0",
                        "--server.address=127.0.0.1",
                        "--server.max-http-request-header-size=128KB",
                        "--server.servlet.context-path=" + tried.getPrefix(),
                        "--spring.main.banner-mode=off",
                        "--logging.level.root=warn",
                        "--logging.level.dev.credenza=info");
    }

    private static int port(ConfigurableApplicationContext context) {
        return Integer.parseInt(context.getEnvironment().getProperty("local.server.port"));
    }
}
