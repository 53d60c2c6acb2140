import dev.credenza.kit.Features
import dev.credenza.kit.Health
import dev.credenza.kit.HttpFeatures
import dev.credenza.kit.MemoryCounters
import dev.credenza.kit.Pages
import dev.credenza.kit.Plans
import dev.credenza.kit.Rate
import dev.credenza.kit.RateLimits
import dev.credenza.kit.RedisCounters
import dev.credenza.kit.Roles
import dev.credenza.ktor.guard
import java.time.Duration
import kotlin.concurrent.thread

fun env(name: String): String? = System.getenv(name)?.takeIf(String::isNotEmpty)

/** What the routes are made of, by the environment. */
class Parts(port: Int) {
    val origin = env("ORIGIN") ?: "http://127.0.0.1:$port"
    val guard = guard {
        issuer = env("ISSUER")
        audience = env("AUDIENCE")
    }
    private val redis = env("REDIS_URL")?.let(::RedisCounters)
    val health = Health(
        buildMap {
            put("issuer", Health.issuer(guard))
            redis?.let { put("redis", it::ping) }
        },
    )
    val pages = Pages(env("SECRET").orEmpty())
    val plans = Plans("https://app.example/upgrade")
    val roles = Roles(mapOf("editor" to listOf("items:read", "items:write"), "admin" to listOf("*")))
    val features = Features(HttpFeatures(env("FEATURES_URL") ?: "http://127.0.0.1:9/features"), plans)
    val limits = RateLimits(
        redis ?: MemoryCounters(),
        Rate.perCaller(5, Duration.ofSeconds(2)),
        Rate.perTenant(20, Duration.ofSeconds(2)),
    )

    /** Keys are fetched before somebody waits for them. */
    fun warm() {
        thread(isDaemon = true) { runCatching { guard.issuers.first().validator.readyBlocking() } }
    }
}
