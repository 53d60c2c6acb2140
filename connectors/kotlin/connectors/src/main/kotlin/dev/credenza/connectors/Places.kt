package dev.credenza.connectors

import dev.credenza.ClaimNames
import dev.credenza.Profile

/** Where the claims stand that no specification, or more than one, has a name for: by the settings, or the profile. */
internal class Places(names: ClaimNames, profile: Profile) {
    val tenant = names.tenant ?: "tenant"
    val organization = names.organization ?: "org_id"
    val roles = names.roles ?: "roles"
    val permissions = names.permissions ?: "permissions"
    val plan = names.plan ?: "plan"
    val scopes = names.scope?.let(::listOf) ?: scopesOf(profile)
    val client = names.client?.let(::listOf) ?: CLIENT

    private companion object {
        fun scopesOf(profile: Profile) = when (profile) {
            Profile.ENTRA, Profile.OKTA -> listOf("scp")
            Profile.HYDRA -> listOf("scp", "scope")
            Profile.GENERIC -> listOf("scope", "scp")
            else -> listOf("scope")
        }

        /** `client_id` (RFC 9068), or what other servers have in its place. */
        val CLIENT = listOf("client_id", "azp", "cid", "appid")
    }
}
