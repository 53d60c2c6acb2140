import dev.credenza.kit.Problem
import dev.credenza.ktor.kit.timeLimit
import dev.credenza.ktor.protect
import dev.credenza.service.Answer
import dev.credenza.service.ConflictException
import dev.credenza.service.InvalidException
import dev.credenza.service.NewUser
import dev.credenza.service.NotFoundException
import dev.credenza.service.RateLimitedException
import dev.credenza.service.RefusedException
import dev.credenza.service.ServiceClient
import dev.credenza.service.ServiceException
import dev.credenza.service.UnavailableException
import dev.credenza.service.User
import dev.credenza.service.UserAlreadyExistsException
import dev.credenza.service.UserKey
import io.ktor.http.ContentType
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.ApplicationCall
import io.ktor.server.request.receiveText
import io.ktor.server.response.respond
import io.ktor.server.response.respondText
import io.ktor.server.routing.Route
import io.ktor.server.routing.delete
import io.ktor.server.routing.get
import io.ktor.server.routing.post
import io.ktor.server.routing.route
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import java.time.Duration

/** Calls of others: as this application, on behalf of the caller, and of the admin API. */
fun Route.serviceRoutes() {
    val client = ServiceClient {
        issuer = env("ISSUER")
        clientId = env("CLIENT_ID")
        clientSecret = env("CLIENT_SECRET")
    }
    val url = env("SERVICE_URL") ?: "http://127.0.0.1:9"
    // Others may take longer than this application usually does.
    timeLimit(Duration.ofSeconds(30)) {
        route("/call") {
            callRoutes(client, url)
            userRoutes(client)
        }
    }
}

private fun Route.callRoutes(client: ServiceClient, serviceUrl: String) {
    val machine = client.service(serviceUrl, listOf("orders:read"))
    get("/machine") {
        calling { call.respondAnswer(machine.call(machine.request("/machine").build())) }
    }
    protect {
        get("/behalf") {
            calling {
                val service = client.onBehalf(call.request.headers["Authorization"], serviceUrl)
                call.respondAnswer(service.call(service.request("/behalf").build()))
            }
        }
    }
}

private fun Route.userRoutes(client: ServiceClient) {
    val users = client.users
    post("/users") {
        val name = Json.parseToJsonElement(call.receiveText()).jsonObject.getValue("username").jsonPrimitive.content
        calling { call.respondUser(users.create(NewUser(name)), HttpStatusCode.Created) }
    }
    get("/users") {
        calling {
            val found = users.find(UserKey.USERNAME, call.request.queryParameters["username"].orEmpty())
            val items = found.joinToString(",", transform = User::json)
            call.respondText("""{"items":[$items]}""", ContentType.Application.Json)
        }
    }
    get("/users/{id}") { calling { call.respondUser(users.get(call.id)) } }
    post("/users/{id}/disable") { calling { call.respondUser(users.disable(call.id)) } }
    post("/users/{id}/enable") { calling { call.respondUser(users.enable(call.id)) } }
    delete("/users/{id}") {
        calling {
            users.delete(call.id)
            call.respond(HttpStatusCode.NoContent)
        }
    }
}

private val ApplicationCall.id: String get() = parameters["id"].orEmpty()

private suspend fun ApplicationCall.respondUser(user: User, status: HttpStatusCode = HttpStatusCode.OK) =
    respondText(user.json, ContentType.Application.Json, status)

private suspend fun ApplicationCall.respondAnswer(answer: Answer) =
    respondText(answer.text(), ContentType.Application.Json)

/** What goes wrong elsewhere is a problem here. */
private suspend fun calling(work: suspend () -> Unit) = try {
    work()
} catch (failure: ServiceException) {
    throw problemOf(failure)
}

private fun problemOf(failure: ServiceException): Problem = when (failure) {
    is UserAlreadyExistsException -> Problem(409, "user_exists", cause = failure)

    is ConflictException -> Problem(409, "conflict", cause = failure)

    is NotFoundException -> Problem(404, "not_found", cause = failure)

    is RateLimitedException -> Problem(
        429,
        "rate_limited",
        headers = mapOf("Retry-After" to (failure.failure.retryAfter?.toSeconds() ?: 1).toString()),
        cause = failure,
    )

    // After 401 another token was tried: the caller can do nothing about it.
    is RefusedException -> when (failure.failure.status) {
        403 -> Problem(403, "refused", cause = failure)
        else -> badGateway(failure)
    }

    is InvalidException -> badGateway(failure)

    is UnavailableException -> Problem(503, "unavailable", headers = mapOf("Retry-After" to "5"), cause = failure)
}

private fun badGateway(failure: ServiceException) = Problem(502, "bad_gateway", cause = failure)
