// swift-tools-version: 6.0
import PackageDescription

// Uses the library as any application does. tests/sdk/run puts it beside this.
let package = Package(
    name: "Check",
    platforms: [.macOS(.v13)],
    dependencies: [.package(path: "../swift")],
    targets: [.executableTarget(name: "Check", dependencies: [.product(name: "CredenzaAdmin", package: "swift")])]
)
