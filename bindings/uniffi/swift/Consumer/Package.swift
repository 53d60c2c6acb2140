// swift-tools-version: 6.0
import PackageDescription

// A package that uses Credenza as any application does: by its product, and by nothing else.
let package = Package(
    name: "Consumer",
    platforms: [.macOS(.v13)],
    dependencies: [.package(name: "Credenza", path: "..")],
    targets: [
        .executableTarget(name: "Consumer", dependencies: [.product(name: "Credenza", package: "Credenza")])
    ]
)
