package dev.credenza.ktor.login

import dev.credenza.login.Login
import dev.credenza.login.LoginConfig
import dev.credenza.login.Session
import dev.credenza.login.StoreException
import dev.credenza.login.TokenResult
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
import io.ktor.server.application.ApplicationCall
import io.ktor.server.application.ApplicationStopped
import io.ktor.server.auth.authenticate
import io.ktor.server.auth.authentication
import io.ktor.server.auth.principal
import io.ktor.server.response.respond
import io.ktor.server.routing.Route
import io.ktor.server.routing.route
import io.ktor.server.routing.routing
import io.ktor.util.AttributeKey

/**
 * Signs people in: `credenzaLogin { issuer = …; clientId = …; clientSecret = …; origin = …; secret = … }`. It adds the
 * routes below [LoginConfig.path] and an authentication provider, which [signedIn] uses.
 *
 * @throws dev.credenza.login.LoginSettingException names the setting that is missing or malformed.
 */
public fun Application.credenzaLogin(configure: LoginConfig.() -> Unit): Login {
    val login = Login(LoginConfig().apply(configure))
    attributes.put(LOGIN, login)
    monitor.subscribe(ApplicationStopped) { login.close() }
    authentication { register(LoginProvider(NAME, login)) }
    routing {
        route("${login.path}/{route}") {
            handle {
                val answer = login.answer(CallExchange(call, call.text()))
                if (answer == null) call.respond(HttpStatusCode.NotFound) else call.give(answer)
            }
        }
    }
    return login
}

/**
 * Routes for people who are signed in. Without a session, navigations are led to the sign-in and come back, and everything
 * else is answered by 401; by 503 while the store of sessions is away.
 *
 * @param optional lets requests without a session through too: [session] is then null.
 */
public fun Route.signedIn(optional: Boolean = false, build: Route.() -> Unit): Route =
    authenticate(NAME, optional = optional, build = build)

/** Who is signed in, on routes within [signedIn]. */
public val ApplicationCall.session: Session? get() = principal<Session>()

/**
 * An access token of who is signed in, refreshed where needed. Null where the call was answered instead: by 401 where there
 * is no session any more, by 503 while the provider is away.
 */
public suspend fun ApplicationCall.accessToken(): String? {
    val login = application.attributes[LOGIN]
    val result = try {
        visit(login).accessToken()
    } catch (_: StoreException) {
        TokenResult.Unavailable
    }
    when (result) {
        is TokenResult.Usable -> return result.token
        is TokenResult.SignedOut -> give(login.challenge(CallExchange(this)))
        is TokenResult.Unavailable -> give(login.unavailable())
    }
    return null
}

/** One for each call: a session is loaded once. */
internal fun ApplicationCall.visit(login: Login): Login.Visit =
    attributes.computeIfAbsent(VISIT) { login.visit(CallExchange(this)) }

private const val NAME = "dev.credenza.login"
private val LOGIN = AttributeKey<Login>("dev.credenza.login")
private val VISIT = AttributeKey<Login.Visit>("dev.credenza.login.visit")
