package dev.credenza.ktor.login

import dev.credenza.login.Login
import dev.credenza.login.LoginAnswer
import dev.credenza.login.StoreException
import io.ktor.server.auth.AuthenticationContext
import io.ktor.server.auth.AuthenticationFailedCause
import io.ktor.server.auth.AuthenticationProvider

/** Finds out who is signed in. */
internal class LoginProvider(name: String, private val login: Login) : AuthenticationProvider(Named(name)) {
    override suspend fun onAuthenticate(context: AuthenticationContext) {
        val session = try {
            context.call.visit(login).session()
        } catch (_: StoreException) {
            return refuse(context, AuthenticationFailedCause.InvalidCredentials, login.unavailable())
        }
        if (session != null) return context.principal(name, session)
        refuse(context, AuthenticationFailedCause.NoCredentials, login.challenge(CallExchange(context.call)))
    }

    private fun refuse(context: AuthenticationContext, cause: AuthenticationFailedCause, answer: LoginAnswer) {
        context.challenge(this, cause) { challenge, call ->
            call.give(answer)
            challenge.complete()
        }
    }

    private class Named(name: String) : Config(name)
}
