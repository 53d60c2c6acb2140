package dev.credenza

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.async
import java.time.Clock
import java.util.concurrent.ConcurrentHashMap

/** How many fetches a check may need. */
private const val MAX_ROUNDS = 8

/** The fetches under way: whoever needs the same one waits for it. */
internal class Flights(
    private val core: ValidatorCore,
    private val fetcher: Fetcher,
    private val clock: Clock,
    private val scope: CoroutineScope,
) {
    private val underWay = ConcurrentHashMap<String, CompletableDeferred<Unit>>()

    /** Checks until there is a decision, fetching in between. */
    suspend fun settle(first: Answer? = null, ask: () -> Answer): Decision {
        var answer = first ?: ask()
        repeat(MAX_ROUNDS) {
            val fetch = answer.fetch
            answer.decision?.let { decision ->
                if (fetch != null) inBackground(fetch)
                return decision
            }
            answer = after(checkNotNull(fetch) { "an answer without decision and fetch" }, ask)
        }
        return checkNotNull(answer.decision) { "no decision after $MAX_ROUNDS fetches" }
    }

    /** Waits until nothing is under way. */
    suspend fun landed() {
        underWay.values.toList().forEach { it.await() }
    }

    /** The answer when the fetch is done, by this caller or another. */
    private suspend fun after(fetch: Fetch, ask: () -> Answer): Answer {
        val flight = CompletableDeferred<Unit>()
        underWay.putIfAbsent(fetch.key, flight)?.let { other ->
            other.await()
            return ask()
        }
        // Another caller may have finished this fetch in the meantime.
        val again = try {
            ask()
        } catch (failure: Throwable) {
            land(fetch.key, flight)
            throw failure
        }
        if (again.decision != null || again.fetch?.key != fetch.key) {
            land(fetch.key, flight)
            return again
        }
        take(again.fetch, flight)
        flight.await()
        return ask()
    }

    private fun inBackground(fetch: Fetch) {
        val flight = CompletableDeferred<Unit>()
        if (underWay.putIfAbsent(fetch.key, flight) == null) take(fetch, flight)
    }

    /**
     * Continues when the caller is cancelled, as others may wait for it too. When the validator is closed in the
     * meantime, nobody is notified.
     */
    private fun take(fetch: Fetch, flight: CompletableDeferred<Unit>) {
        scope.async { perform(fetch) }.invokeOnCompletion { land(fetch.key, flight) }
    }

    private fun land(key: String, flight: CompletableDeferred<Unit>) {
        underWay.remove(key, flight)
        flight.complete(Unit)
    }

    private suspend fun perform(fetch: Fetch) {
        val response = try {
            fetcher.fetch(fetch)
        } catch (cancelled: CancellationException) {
            throw cancelled
        } catch (@Suppress("TooGenericExceptionCaught") failure: Exception) {
            return core.fetchFailed(fetch.json, failure.toString().wellFormed(), now())
        }
        if (response.body.size > fetch.maxBytes) {
            return core.fetchFailed(fetch.json, "more than ${fetch.maxBytes} bytes", now())
        }
        val (contentType, cacheControl) = listOf(response.contentType, response.cacheControl).map { it?.wellFormed() }
        core.fetched(fetch.json, response.status.toUShort(), contentType, cacheControl, response.body, now())
    }

    private fun now(): Long = Math.floorDiv(clock.millis(), 1000L)
}
