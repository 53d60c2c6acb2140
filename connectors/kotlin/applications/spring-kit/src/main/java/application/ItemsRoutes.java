package application;

import dev.credenza.kit.Exchange;
import dev.credenza.kit.Page;
import dev.credenza.kit.Pages;
import dev.credenza.spring.Protect;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A long list. */
@RestController
@Protect
class ItemsRoutes {
    private static final List<Item> ITEMS =
            IntStream.rangeClosed(1, 500)
                    .mapToObj(id -> new Item(id, id % 2 == 0 ? "even" : "odd"))
                    .toList();

    private final Pages pages;

    ItemsRoutes(Pages pages) {
        this.pages = pages;
    }

    @GetMapping(value = "/items", produces = "application/json")
    Map<String, Object> items(Exchange exchange) {
        Page page = pages.of(exchange, "kind");
        String kind = page.getFilters().get("kind");
        int after = page.getPosition() == null ? 0 : Integer.parseInt(page.getPosition());
        List<Item> rest =
                ITEMS.stream()
                        .filter(item -> item.id() > after)
                        .filter(item -> kind == null || item.kind().equals(kind))
                        .toList();
        List<Item> items = rest.stream().limit(page.getLimit()).toList();
        boolean isLast = items.size() == rest.size();
        return page.envelope(
                items, isLast ? null : String.valueOf(items.get(items.size() - 1).id()));
    }

    record Item(int id, String kind) {}
}
