package dev.credenza.kit

import kotlinx.coroutines.runBlocking
import java.util.function.Consumer

/** Lets a request pass, or throws a [Problem]. */
public fun interface Gate {
    /** Decides about a request. */
    @JvmSynthetic
    public suspend fun pass(exchange: Exchange)
}

/** Gates in Java. */
public object Gates {
    /** A gate that does not wait for anything. */
    @JvmStatic
    public fun of(check: Consumer<Exchange>): Gate = Gate(check::accept)

    /** Decides about a request, on this thread, which may be virtual. */
    @JvmStatic
    public fun pass(gate: Gate, exchange: Exchange): Unit = runBlocking { gate.pass(exchange) }
}
