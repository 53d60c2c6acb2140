package dev.credenza

import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.async
import kotlinx.coroutines.ensureActive
import java.time.Clock
import java.util.concurrent.ConcurrentHashMap

/** How many fetches a check may need. */
private const val MAX_ROUNDS = 12

/** How many fetches all issuers together may need. */
private const val MAX_READY_ROUNDS = 1_000

/** The fetches under way: whoever needs the same one waits for it. */
internal class Flights(
    private val core: ValidatorCore,
    private val fetcher: Fetcher,
    private val clock: Clock,
    private val scope: CoroutineScope,
    private val warnings: Warnings,
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

    /** Fetches until everything is there, or something cannot be. */
    suspend fun ready(ask: () -> Readiness) {
        repeat(MAX_READY_ROUNDS) {
            val readiness = ask()
            val fetch = readiness.fetch
            if (fetch == null) {
                readiness.trouble?.let { throw NotReady(it) }
                return
            }
            val flight = CompletableDeferred<Unit>()
            val other = underWay.putIfAbsent(fetch.key, flight)
            if (other == null) take(fetch, flight)
            (other ?: flight).await()
        }
        error("not ready after $MAX_READY_ROUNDS fetches")
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

    /** A fetcher that is cancelled by something else has failed like any other: only [scope] ends this fetch. */
    private suspend fun perform(fetch: Fetch) {
        val response = try {
            fetcher.fetch(fetch)
        } catch (@Suppress("TooGenericExceptionCaught") failure: Exception) {
            scope.ensureActive()
            return failed(fetch, failure)
        }
        if (response.body.size > fetch.maxBytes) {
            return failed(fetch, FetchException(Cause.TOO_LARGE, "more than ${fetch.maxBytes} bytes"))
        }
        val (contentType, cacheControl) = listOf(response.contentType, response.cacheControl).map { it?.wellFormed() }
        tell(core.fetched(fetch.json, response.status.toUShort(), contentType, cacheControl, response.body, now()))
    }

    private fun failed(fetch: Fetch, failure: Exception) {
        val cause = (failure as? FetchException)?.fault ?: Cause.OTHER
        val words = if (failure is FetchException) failure.message else failure.toString()
        tell(core.fetchFailed(fetch.json, cause.wireName, words.orEmpty().wellFormed(), now()), failure)
    }

    private fun tell(trouble: String?, failure: Exception? = null) {
        if (trouble != null) warnings.of(Trouble.of(Json.members(trouble)), failure)
    }

    private fun now(): Long = Math.floorDiv(clock.millis(), 1000L)
}
