import Foundation

/// `application/x-www-form-urlencoded`: queries and bodies.
enum Form {
    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    )

    static func encode(_ fields: [(name: String, value: String)]) -> String {
        fields.map { "\(escaped($0.name))=\(escaped($0.value))" }.joined(separator: "&")
    }

    /// The parameters by name, each with all of its values.
    static func parse(_ text: String) -> [String: [String]] {
        var found: [String: [String]] = [:]
        for pair in text.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(plain)
            found[sides[0], default: []].append(sides.count > 1 ? sides[1] : "")
        }
        return found
    }

    /// A URL with further parameters.
    static func url(_ url: URL, adding fields: [(name: String, value: String)]) -> URL {
        var parts = URLComponents(url: url, resolvingAgainstBaseURL: false) ?? URLComponents()
        let before = parts.percentEncodedQuery.map { $0 + "&" } ?? ""
        parts.percentEncodedQuery = before + encode(fields)
        return parts.url ?? url
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    private static func plain(_ text: Substring) -> String {
        let spaced = String(text).replacing("+", with: " ")
        return spaced.removingPercentEncoding ?? spaced
    }
}

/// What a provider or a caller wrote, for people: printable ASCII, and not much of it.
func shown(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.filter { (" "..."~").contains($0) }.prefix(200)))
}
