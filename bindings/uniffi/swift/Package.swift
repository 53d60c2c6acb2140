// swift-tools-version: 6.0
import PackageDescription

// The library is where `build` put it. A published package has a binary target or an installed library instead; flags
// like these are for packages referred to by path.
let library = "\(Context.packageDirectory)/lib"

let package = Package(
    name: "Credenza",
    platforms: [.macOS(.v13), .iOS(.v16), .tvOS(.v16), .watchOS(.v9)],
    products: [.library(name: "Credenza", targets: ["Credenza"])],
    targets: [
        .systemLibrary(name: "CredenzaFFI"),
        .target(
            name: "Credenza",
            dependencies: ["CredenzaFFI"],
            linkerSettings: [
                .linkedLibrary("credenza_uniffi"),
                .unsafeFlags(["-L\(library)", "-Xlinker", "-rpath", "-Xlinker", library]),
            ]
        ),
        .testTarget(name: "CredenzaTests", dependencies: ["Credenza"]),
    ]
)
