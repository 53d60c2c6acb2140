package dev.credenza

import java.time.Instant

/** The claims of a token. The text is parsed only as far as claims are looked up. */
public class Claims internal constructor(private val utf8: ByteArray) {
    private val members = JsonMembers(utf8)

    /** The claims as text: for a JWT its payload, byte for byte; for an introspected token the answer. */
    public val json: String get() = String(utf8, Charsets.UTF_8)

    /** Every claim: [String], [Long], [Double], [Boolean], [List] and [Map] of these, or null. */
    public val all: Map<String, Any?> get() = members.all()

    /** A claim by its name; null when it is absent. */
    public operator fun get(name: String): Any? = members[name]

    /** Who issued the token. */
    public val issuer: String? get() = text("iss")

    /** The subject. */
    public val subject: String? get() = text("sub")

    /** The subject, by the name of the claim. */
    public val sub: String? get() = subject

    /** Whom it was issued to (RFC 8693 section 4.3). */
    public val clientId: String? get() = text("client_id")

    /** Whom it is for. */
    public val audience: List<String> get() = texts("aud")

    /** Its scopes (RFC 8693 section 4.2). */
    public val scopes: Set<String>
        get() = text("scope").orEmpty().split(' ').filterTo(LinkedHashSet(), String::isNotEmpty)

    /** Its name. */
    public val jti: String? get() = text("jti")

    /** The session. */
    public val sessionId: String? get() = text("sid")

    /** The authentication context of the sign-in. */
    public val acr: String? get() = text("acr")

    /** When it expires. */
    public val expiresAt: Instant? get() = instant("exp")

    /** When it was issued. */
    public val issuedAt: Instant? get() = instant("iat")

    /** When the user signed in. */
    public val authTime: Instant? get() = instant("auth_time")

    private fun text(name: String) = members[name] as? String

    private fun texts(name: String): List<String> = when (val claim = members[name]) {
        is String -> listOf(claim)
        is List<*> -> claim.filterIsInstance<String>()
        else -> emptyList()
    }

    private fun instant(name: String) = (members[name] as? Number)?.let { Instant.ofEpochSecond(it.toLong()) }

    /** Prints no claims: they are personal data. */
    override fun toString(): String = "Claims"
}
