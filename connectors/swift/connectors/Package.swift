// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "CredenzaConnectors",
    platforms: [.macOS(.v13), .iOS(.v16), .tvOS(.v16), .watchOS(.v9)],
    products: [
        .library(name: "CredenzaConnectors", targets: ["CredenzaConnectors"]),
        .library(name: "CredenzaLogin", targets: ["CredenzaLogin"]),
    ],
    dependencies: [.package(path: "../../../bindings/uniffi/swift")],
    targets: [
        .target(name: "CredenzaConnectors", dependencies: [.product(name: "Credenza", package: "swift")]),
        .target(name: "CredenzaLogin", dependencies: [.product(name: "Credenza", package: "swift")]),
        .executableTarget(
            name: "SignIn", dependencies: ["CredenzaLogin"], path: "Examples/SignIn", exclude: ["run", "setup.toml"]
        ),
        .testTarget(name: "CredenzaConnectorsTests", dependencies: ["CredenzaConnectors"]),
        .testTarget(name: "CredenzaLoginTests", dependencies: ["CredenzaLogin", "SignIn"]),
    ]
)
