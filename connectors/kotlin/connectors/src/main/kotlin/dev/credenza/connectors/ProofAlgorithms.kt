package dev.credenza.connectors

/** The algorithms of DPoP proofs: those of the settings, or those that the validator takes by default. */
internal object ProofAlgorithms {
    private val ALL =
        listOf("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")

    fun of(dpop: Facts.Dpop?): List<String> = dpop?.algorithms ?: ALL
}
