package dev.credenza.ktor.kit

import dev.credenza.connectors.Caller
import dev.credenza.kit.BodyLimit
import dev.credenza.kit.Deadline
import dev.credenza.kit.Exchange
import dev.credenza.kit.RequestId
import dev.credenza.kit.RequestRecord
import dev.credenza.ktor.caller
import io.ktor.server.application.ApplicationCall
import io.ktor.server.request.path
import io.ktor.server.request.uri
import io.ktor.util.AttributeKey

/** What gates and pages are given of a call. */
public val ApplicationCall.exchange: Exchange get() = CallExchange(this)

/** The id of the request, by which the log knows it. */
public val ApplicationCall.requestId: String get() = state.requestId

/** What the parts of the kit know of a call together. */
internal class CallState(val requestId: String, val record: RequestRecord, var bodyLimit: BodyLimit) {
    var deadline: Deadline? = null
}

internal val STATE = AttributeKey<CallState>("dev.credenza.kit.state")

internal val ApplicationCall.state: CallState
    get() = checkNotNull(attributes.getOrNull(STATE)) { "install(CredenzaKit) is missing" }

private class CallExchange(private val call: ApplicationCall) : Exchange {
    override val requestId: String get() = call.requestId
    override val path: String get() = call.request.path()
    override val query: String? get() = call.request.uri.substringAfter('?', "").takeIf { '?' in call.request.uri }
    override val caller: Caller? get() = call.caller

    override fun setHeader(name: String, value: String) {
        call.response.headers.append(name, value, safeOnly = false)
    }
}

/** Of what the request says of itself; the first that the kit does with a call. */
internal fun ApplicationCall.newState(bodyLimit: BodyLimit): CallState {
    val id = RequestId.of(request.headers.getAll(RequestId.FIELD).orEmpty())
    val state = CallState(id, RequestRecord(id, request.local.method.value, request.path()), bodyLimit)
    attributes.put(STATE, state)
    response.headers.append(RequestId.FIELD, id, safeOnly = false)
    return state
}
