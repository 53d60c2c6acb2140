package dev.credenza.spring;

import dev.credenza.connectors.Caller;
import dev.credenza.connectors.Guard;
import dev.credenza.connectors.Incoming;
import dev.credenza.connectors.Metadata;
import dev.credenza.connectors.TrustedIssuer;
import dev.credenza.connectors.cases.Case;
import dev.credenza.connectors.cases.Suite;
import java.io.IOException;
import java.util.List;
import kotlin.jvm.functions.Function1;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.config.annotation.CorsRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/** The application of the shared cases. What a case says is looked up for each request. */
@SpringBootConfiguration
@EnableAutoConfiguration
@EnableWebSocket
@RestController
class CasesApplication {
    static volatile Case tried;
    static volatile List<TrustedIssuer> issuers;

    @RequestMapping("/orders")
    ResponseEntity<String> orders(Caller caller) {
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .body(Suite.INSTANCE.describe(caller));
    }

    @Bean
    Guard guard() {
        boolean isShared = issuers.size() == 1 && !tried.isOfItsOwn();
        Function1<Incoming, TrustedIssuer> current = request -> issuers.get(0);
        return new Guard(issuers, tried.getOptions(), isShared ? current : tried.choose(issuers));
    }

    @Bean
    Metadata metadata(Guard guard) {
        return tried.metadata(guard);
    }

    @Bean
    NeedsResolver needs() {
        return request ->
                request.getRequestURI().equals(tried.getPrefix() + tried.getPath())
                        ? new RouteNeeds(tried.getNeeds(), tried.isOptional())
                        : null;
    }

    @Bean
    WebMvcConfigurer cors() {
        return new WebMvcConfigurer() {
            @Override
            public void addCorsMappings(CorsRegistry registry) {
                if (tried.getOptions().getPreflight()) {
                    registry.addMapping("/**")
                            .allowedOrigins("https://app.example")
                            .allowedMethods("GET");
                }
            }
        };
    }

    @Bean
    WebSocketConfigurer live() {
        return registry -> registry.addHandler(new Live(), "/live");
    }

    private static final class Live extends TextWebSocketHandler {
        @Override
        public void afterConnectionEstablished(WebSocketSession session) throws IOException {
            Object principal =
                    session.getPrincipal() instanceof Authentication user
                            ? user.getPrincipal()
                            : null;
            Caller caller = principal instanceof Caller known ? known : null;
            session.sendMessage(new TextMessage(Suite.INSTANCE.describe(caller)));
        }
    }
}
