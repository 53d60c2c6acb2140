// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "CredenzaConnectors",
    platforms: [.macOS(.v13), .iOS(.v16), .tvOS(.v16), .watchOS(.v9)],
    products: [.library(name: "CredenzaConnectors", targets: ["CredenzaConnectors"])],
    dependencies: [.package(path: "../../../bindings/uniffi/swift")],
    targets: [
        .target(name: "CredenzaConnectors", dependencies: [.product(name: "Credenza", package: "swift")]),
        .testTarget(name: "CredenzaConnectorsTests", dependencies: ["CredenzaConnectors"]),
    ]
)
