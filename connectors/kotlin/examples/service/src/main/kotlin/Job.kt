import dev.credenza.service.NewUser
import dev.credenza.service.ServiceClient
import dev.credenza.service.UserAlreadyExistsException

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
            println(client.users.create(NewUser("ada", claims = mapOf("email" to "ada@example.com"))).id)
        } catch (_: UserAlreadyExistsException) {
            println("Ada is there already.")
        }
    }
}
