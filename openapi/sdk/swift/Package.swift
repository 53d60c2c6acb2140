// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "CredenzaAdmin",
    platforms: [.macOS(.v13), .iOS(.v16), .tvOS(.v16), .watchOS(.v9)],
    products: [.library(name: "CredenzaAdmin", targets: ["CredenzaAdmin"])],
    targets: [.target(name: "CredenzaAdmin")]
)
