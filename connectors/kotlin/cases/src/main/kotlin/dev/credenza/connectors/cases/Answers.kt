package dev.credenza.connectors.cases

import dev.credenza.Fetch
import dev.credenza.FetchResponse
import dev.credenza.Fetcher
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import java.io.IOException
import java.time.Clock
import java.time.Instant
import java.time.ZoneId
import java.time.ZoneOffset
import java.util.concurrent.ConcurrentHashMap

/** Answers what an issuer is asked, by URL: of several answers the next one each time, and the last one again and again. */
internal class Answers(private val responses: JsonObject) : Fetcher {
    private val asked = ConcurrentHashMap<String, Int>()

    fun timesOf(url: String): Int = asked[url] ?: 0

    /** Waits until what was begun in the background has been asked and answered. */
    fun settle() {
        if (responses.isEmpty()) return
        do {
            val before = asked.values.sum()
            Thread.sleep(SETTLING_MILLIS)
        } while (asked.values.sum() != before)
    }

    override suspend fun fetch(fetch: Fetch): FetchResponse {
        val turn = asked.merge(fetch.url, 1, Int::plus) ?: 1
        val given = responses[fetch.url] ?: throw IOException("nobody is at ${fetch.url}")
        val answer = if (given is JsonArray) given[minOf(turn, given.size) - 1].jsonObject else given.jsonObject
        if (answer.flag("fails")) throw IOException("no answer")
        return FetchResponse(
            answer.getValue("status").jsonPrimitive.int,
            answer.text("body").toByteArray(),
            answer["content_type"]?.jsonPrimitive?.content,
            answer["cache_control"]?.jsonPrimitive?.content,
        )
    }

    private companion object {
        const val SETTLING_MILLIS = 10L
    }
}

/** A clock that is set by hand. */
internal class SetClock(@Volatile var seconds: Long) : Clock() {
    override fun instant(): Instant = Instant.ofEpochSecond(seconds)

    override fun getZone(): ZoneId = ZoneOffset.UTC

    override fun withZone(zone: ZoneId): Clock = this
}
