package dev.credenza

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.future.future
import kotlinx.coroutines.runBlocking
import java.lang.ref.Reference
import java.time.Clock
import java.util.concurrent.CompletableFuture

/**
 * Decides whether requests may pass. One for each issuer, made once, used from any thread.
 *
 * Each check comes in three forms: a suspend function, a blocking one, and one that returns a [CompletableFuture]. All
 * of them return at once while keys are fresh; otherwise they wait for a fetch, of which there is never more than one.
 */
public class Validator private constructor(
    private val core: ValidatorCore,
    fetcher: Fetcher?,
    private val clock: Clock,
    log: Log,
) : AutoCloseable {
    private val scope = CoroutineScope(SupervisorJob() + Dispatchers.Default)

    /** Made here, and so closed here. */
    private val own: HttpFetcher? = if (fetcher == null) HttpFetcher() else null
    private val warnings = Warnings(log, clock)
    private val flights = Flights(core, checkNotNull(fetcher ?: own), clock, scope, warnings)
    private val number = core.number()

    /**
     * Makes a validator that fetches with [fetcher], an [HttpFetcher] of its own by default, reads the time from
     * [clock], and tells [log] what went wrong.
     *
     * @throws SettingsException names the setting that is missing, contradictory or malformed.
     */
    @JvmOverloads
    public constructor(
        settings: Settings,
        fetcher: Fetcher? = null,
        clock: Clock = Clock.systemUTC(),
        log: Log = Log.system(),
    ) : this(made { ValidatorCore(settings) }, fetcher, clock, log)

    /**
     * Fetches whatever tokens are checked with: to be called once at start. Throws [NotReady], which says what is wrong
     * with the issuer's metadata or keys.
     */
    @JvmSynthetic
    public suspend fun ready(): Unit = flights.ready { Readiness.read(core.ready(now())) }

    /** As [ready], on this thread. */
    @Throws(NotReady::class)
    public fun readyBlocking(): Unit = runBlocking { ready() }

    /** The claims of a bearer token; throws [Denied] when it is not valid, or does not fulfil [requirement]. */
    @JvmSynthetic
    public suspend fun validate(token: String, requirement: Requirement = NOTHING_MORE): Claims =
        flights.settle { checkToken(token, requirement) }.told().orThrow()

    /** Decides on a request, also with DPoP and certificates; a denial is returned, not thrown. */
    @JvmSynthetic
    public suspend fun check(request: Request, requirement: Requirement = NOTHING_MORE): Decision =
        flights.settle { checkRequest(request, requirement) }.told()

    /** The claims of an ID token (OpenID Connect Core 3.1.3.7); throws [Denied]. */
    @JvmSynthetic
    public suspend fun checkIdToken(token: String, expected: IdTokenExpectations = IdTokenExpectations()): Claims {
        val known = expected.wellFormed()
        return flights.settle { Answer.read(core.checkIdToken(token.wellFormed(), known, now())) }.told().orThrow()
    }

    /** The claims of a logout token (Back-Channel Logout 2.6), which is accepted once; throws [Denied]. */
    @JvmSynthetic
    public suspend fun checkLogoutToken(token: String): Claims =
        flights.settle { Answer.read(core.checkLogoutToken(token.wellFormed(), now())) }.told().orThrow()

    /** As [validate], on this thread. */
    @JvmOverloads
    @Throws(Denied::class)
    public fun validateBlocking(token: String, requirement: Requirement = NOTHING_MORE): Claims {
        val answer = checkToken(token, requirement)
        if (answer.fetch == null && answer.decision != null) return answer.decision.told().orThrow()
        return runBlocking { flights.settle(answer) { checkToken(token, requirement) }.told().orThrow() }
    }

    /** As [check], on this thread. */
    @JvmOverloads
    public fun checkBlocking(request: Request, requirement: Requirement = NOTHING_MORE): Decision =
        runBlocking { check(request, requirement) }

    /** As [checkIdToken], on this thread. */
    @JvmOverloads
    @Throws(Denied::class)
    public fun checkIdTokenBlocking(token: String, expected: IdTokenExpectations = IdTokenExpectations()): Claims =
        runBlocking { checkIdToken(token, expected) }

    /** As [checkLogoutToken], on this thread. */
    @Throws(Denied::class)
    public fun checkLogoutTokenBlocking(token: String): Claims = runBlocking { checkLogoutToken(token) }

    /** As [validate], without waiting; the future fails with [Denied]. */
    @JvmOverloads
    public fun validateAsync(token: String, requirement: Requirement = NOTHING_MORE): CompletableFuture<Claims> =
        scope.future { validate(token, requirement) }

    /** As [check], without waiting. */
    @JvmOverloads
    public fun checkAsync(request: Request, requirement: Requirement = NOTHING_MORE): CompletableFuture<Decision> =
        scope.future { check(request, requirement) }

    /** Ends fetches under way, and the threads of its own fetcher; a check after this is an error. */
    override fun close() {
        scope.cancel()
        own?.close()
        core.close()
    }

    /** Waits until no fetch is under way. */
    internal suspend fun settled(): Unit = flights.landed()

    private fun Decision.told(): Decision = also { if (it is Decision.Deny) warnings.of(it.denied) }

    private fun now(): Long = Math.floorDiv(clock.millis(), 1000L)

    private fun checkToken(token: String, requirement: Requirement): Answer =
        if (Jni.isLoaded) {
            val answer = Jni.checkToken(number, requirement.number, token.toByteArray(), now())
            // Nothing is released while it is in use by its number.
            Reference.reachabilityFence(core)
            Reference.reachabilityFence(requirement)
            Answer.read(checkNotNull(answer) { "the validator or the requirement is closed" })
        } else {
            Answer.read(core.checkToken(token.wellFormed(), requirement.core, now()))
        }

    private fun checkRequest(request: Request, requirement: Requirement): Answer = with(request) {
        val authorization = authorization.map(String::wellFormed)
        val dpop = dpop.map(String::wellFormed)
        val thumbprint = certificateThumbprint?.wellFormed()
        Answer.read(
            core.check(authorization, dpop, method.wellFormed(), url.wellFormed(), thumbprint, requirement.core, now()),
        )
    }

    public companion object {
        private val NOTHING_MORE by lazy { Requirement() }

        /** A validator for the access tokens of [issuer] that are meant for [audience]. */
        @JvmStatic
        public fun of(issuer: String, audience: String): Validator = Validator(Settings(issuer, listOf(audience)))

        /** A validator from settings as JSON, the same document in every language. */
        @JvmStatic
        @JvmOverloads
        public fun fromJson(
            settings: String,
            fetcher: Fetcher? = null,
            clock: Clock = Clock.systemUTC(),
            log: Log = Log.system(),
        ): Validator = Validator(made { ValidatorCore.fromJson(settings.wellFormed()) }, fetcher, clock, log)
    }
}
