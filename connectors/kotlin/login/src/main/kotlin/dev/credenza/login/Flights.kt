package dev.credenza.login

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import java.time.Duration
import java.util.concurrent.ConcurrentHashMap

/** Work that is done once for all who wait for it, and goes on when one of them leaves. */
internal class Flights<T : Any> : AutoCloseable {
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.IO)
    private val under = ConcurrentHashMap<String, Deferred<T>>()

    /** The result of [work] for this key, which one caller at a time does for all. */
    suspend fun shared(key: String, work: suspend () -> T): T {
        val flight = under.computeIfAbsent(key) {
            scope.async {
                try {
                    work()
                } finally {
                    under.remove(key)
                }
            }
        }
        return flight.await()
    }

    override fun close(): Unit = scope.cancel()
}

/** Waits for a lock of a store. Throws [UnavailableException] when it takes longer than any refresh. */
internal suspend fun locked(store: SessionStore, key: String): AutoCloseable {
    repeat((LOCK.toMillis() / TRY).toInt()) {
        store.lock(key, LOCK)?.let { return it }
        delay(TRY)
    }
    throw UnavailableException("another instance does not give back the lock of a session")
}

private val LOCK = Duration.ofSeconds(30)
private const val TRY = 50L
