package application;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The ids of events that were handled, in order, each once. */
class Handled {
    private final Set<String> ids = new LinkedHashSet<>();

    synchronized void add(String id) {
        ids.add(id);
    }

    synchronized List<String> list() {
        return List.copyOf(ids);
    }
}
