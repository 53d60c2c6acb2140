import dev.credenza.service.InvitationState
import dev.credenza.service.NewInvitation
import dev.credenza.service.NewSignInLink
import dev.credenza.service.NewUser
import dev.credenza.service.ServiceClient
import dev.credenza.service.UserAlreadyExistsException
import kotlinx.coroutines.flow.filter

suspend fun main() {
    val client = ServiceClient {
        issuer = System.getenv("ISSUER") ?: "http://localhost:8080"
        clientId = System.getenv("CLIENT_ID")
        clientSecret = System.getenv("CLIENT_SECRET")
    }
    client.use {
        val orders = client.service("http://localhost:8090", listOf("orders:read"), resource = "https://api.example")
        println(orders.call(orders.request("/orders").build()).text())
        try {
            val ada = client.users.create(NewUser("ada", claims = mapOf("email" to "ada@example.com")))
            println(client.signInLinks.create(ada.id, NewSignInLink(mail = false)).url)
        } catch (_: UserAlreadyExistsException) {
            println("Ada is there already.")
        }
        client.invitations.create(NewInvitation("grace@example.com", locale = "de"))
        client.invitations.list().filter { it.state == InvitationState.PENDING }.collect { println(it.email) }
    }
}
