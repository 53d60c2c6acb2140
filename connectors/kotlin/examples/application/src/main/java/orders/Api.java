package orders;

import dev.credenza.connectors.Caller;
import dev.credenza.spring.Protect;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The API: a scope reads, and a role removes. */
@RestController
@RequestMapping("/api/orders")
@Protect(scopes = "orders:read")
public class Api {
    private final List<String> orders = new CopyOnWriteArrayList<>(List.of("A lamp", "A desk"));

    record Orders(List<String> orders, String caller) {}

    @GetMapping
    Orders list(Caller caller) {
        return new Orders(List.copyOf(orders), caller.getSub());
    }

    @DeleteMapping("/{order}")
    @Protect(roles = "editor")
    Orders remove(@PathVariable String order, Caller caller) {
        orders.remove(order);
        return list(caller);
    }
}
