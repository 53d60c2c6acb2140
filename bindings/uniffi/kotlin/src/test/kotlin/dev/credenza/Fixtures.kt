package dev.credenza

import java.time.Clock
import java.time.Instant
import java.time.ZoneId
import java.time.ZoneOffset
import java.util.Base64
import java.util.concurrent.CopyOnWriteArrayList

internal const val NOW = 1_800_000_000L
internal const val ISSUER = "https://id.example"
internal const val API = "https://api.example"

/** A clock that is set by hand. */
internal class SetClock(@Volatile var seconds: Long = NOW) : Clock() {
    override fun instant(): Instant = Instant.ofEpochSecond(seconds)

    override fun getZone(): ZoneId = ZoneOffset.UTC

    override fun withZone(zone: ZoneId): Clock = this
}

/** An issuer, and a fetcher that goes to it and remembers what was fetched. */
internal class World {
    val clock = SetClock()
    val issuer = TestIssuer(ISSUER)
    val fetched = CopyOnWriteArrayList<String>()
    val fetcher = Fetcher { fetch ->
        fetched += fetch.url
        issuer.fetcher(clock).fetch(fetch)
    }

    fun validator(settings: Settings = Settings(ISSUER, listOf(API))) = Validator(settings, fetcher, clock)

    fun token(claims: Map<String, Any?> = emptyMap()) = issuer.mint(claims, API, clock = clock)
}

internal fun base64url(bytes: ByteArray): String = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)
