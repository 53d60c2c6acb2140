import Credenza
import CredenzaLogin
import Foundation

/// A command line that signs somebody in with the browser, and stays signed in between two calls.
@main
struct SignIn {
    static func main() async {
        do {
            try await SignIn().run(CommandLine.arguments.dropFirst().first ?? "help")
        } catch LoginError.signedOut {
            fail("Nobody is signed in: try `SignIn login`.")
        } catch LoginError.unavailable(let reason) {
            fail("Try again later: \(reason)")
        } catch {
            fail("\(error)")
        }
    }

    private let login: Login

    init() throws {
        let environment = ProcessInfo.processInfo.environment
        var config = LoginConfig(
            issuer: environment["ISSUER"] ?? "http://localhost:8080",
            clientID: environment["CLIENT_ID"] ?? "swift-sign-in",
            redirectURI: "http://127.0.0.1/callback"
        )
        config.store = try FileStore(environment["SESSIONS"] ?? "~/.credenza-sign-in")
        login = try Login(config)
    }

    private func run(_ command: String) async throws {
        switch command {
        case "login": try await signIn()
        case "whoami": try await showPerson()
        case "token": print(try await login.accessToken())
        case "logout": try await signOut()
        default: print("SignIn login | whoami | token | logout")
        }
    }

    private func signIn() async throws {
        let session = try await login.signIn(with: LoopbackBrowser(open: openInBrowser))
        print("Signed in as \(session.sub).")
    }

    /// What the provider says now, by an access token that is refreshed where it has to be.
    private func showPerson() async throws {
        let person = try await login.userInfo()
        print(person["name"]?.string ?? person["preferred_username"]?.string ?? person["sub"]?.string ?? "")
        if let email = person["email"]?.string { print(email) }
    }

    private func signOut() async throws {
        let atProvider = try await login.logout()
        print("Signed out here.")
        if let atProvider { try await openInBrowser(atProvider) }
    }
}

/// Shows the URL, and tries to open it.
@Sendable private func openInBrowser(_ url: URL) async throws {
    print("Open in a browser:\n\(url.absoluteString)")
    fflush(nil)
    let opener = Process()
    opener.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    #if os(macOS)
        opener.arguments = ["open", url.absoluteString]
    #else
        opener.arguments = ["xdg-open", url.absoluteString]
    #endif
    // Without such a program, the line above is what there is.
    opener.standardError = FileHandle.nullDevice
    try? opener.run()
}

private func fail(_ reason: String) -> Never {
    FileHandle.standardError.write(Data((reason + "\n").utf8))
    exit(1)
}
