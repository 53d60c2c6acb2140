package dev.credenza.login

import java.time.Duration

/**
 * Sessions in cookies that have ended before their time: each answer asks whether its session is among them. By the
 * session's own id, by the provider's (`sid`), or by the person, whose sessions until then have ended.
 */
internal class Ended(private val store: SessionStore, private val lifetime: Duration, private val now: () -> Long) {
    fun session(session: Session): Unit = put("id", session.id)

    fun sid(sid: String): Unit = put("sid", sid)

    fun sub(sub: String): Unit = put("sub", sub)

    fun has(session: Session): Boolean = isSet("id", session.id) ||
        session.sid?.let { isSet("sid", it) } == true ||
        store.get(key("sub", session.sub))?.toLongOrNull()?.let { session.createdAt <= it } == true

    private fun isSet(kind: String, value: String) = store.get(key(kind, value)) != null

    private fun put(kind: String, value: String): Unit =
        store.put(key(kind, value), now().toString(), emptyList(), lifetime)

    private fun key(kind: String, value: String) = "ended:" + hashed("$kind:$value")
}
