// swift-tools-version: 6.2

import PackageDescription

// One list for every target: the strictest settings the compiler has, and no warning gets through.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

// For the targets that run in every start and invocation: types are found by calls of their own accessors and not by
// their mangled names, which took two thirds of the instructions of a start. It makes code larger, so not for all.
let quickStart: [SwiftSetting] = [
    .unsafeFlags(
        ["-Xfrontend", "-disable-concrete-type-metadata-mangled-name-accessors"], .when(configuration: .release))
]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

func library(
    _ name: String, _ dependencies: [Target.Dependency] = [], _ more: [SwiftSetting] = [], exclude: [String] = [],
    resources: [Resource]? = nil
) -> Target {
    .target(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: settings + more)
}

func executable(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

// A target depends only on targets above it; docs/architecture.md shows the layers.
let package = Package(
    name: "nerdwork-functions",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "auth", targets: ["auth"]),
        .executable(name: "loyalty", targets: ["loyalty"]),
        .executable(name: "wallet", targets: ["wallet"]),
        .executable(name: "ledger-audit", targets: ["ledger-audit"]),
        .executable(name: "notification", targets: ["notification"]),
        .executable(name: "outbox-relay", targets: ["outbox-relay"]),
        .executable(name: "provision", targets: ["provision"]),
        .executable(name: "invoke-local", targets: ["invoke-local"]),
    ],
    // Exact, because the same sources must give the same bytes.
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    ],
    targets: [
        // C
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        // Signal handlers and thread-local storage, which Swift cannot write, and what replaces parts of Swift's own start.
        .target(name: "CLambdaRuntime", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),

        // System calls that Swift's module of the C library leaves out; for the local stack and the tests.
        .target(name: "CLocalSystem", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),

        // Tools
        library("Codecs", [], quickStart),
        library("Platform", ["Codecs"], quickStart),
        library("StrictJSON", ["Codecs"], quickStart),
        library("Cryptography", ["COpenSSL", "Codecs", "Platform"]),
        library("HTTPTransport", ["CCurl", "Codecs", "Platform"], quickStart),
        library("PostgresClient", ["CPostgres", "Codecs", "Platform"]),
        library("LambdaEvents", ["Codecs", "StrictJSON"], quickStart),
        library("Mail", ["Codecs"]),

        // Protocols
        library("JSONWebToken", ["Cryptography", "StrictJSON", "Codecs"]),
        library(
            "LambdaRuntime", ["CLambdaRuntime", "HTTPTransport", "StrictJSON", "Codecs", "Platform", logging],
            quickStart),
        library("AWSSignature", ["Cryptography", "Codecs"]),
        library("AWSClient", ["AWSSignature", "Cryptography", "HTTPTransport", "StrictJSON", "Codecs", "Platform"]),
        library("Migrations", ["PostgresClient", "Cryptography", "Codecs"], resources: [.embedInCode("SQL")]),

        // Frame
        library(
            "ServiceKit",
            [
                "AWSClient", "AWSSignature", "JSONWebToken", "LambdaEvents", "LambdaRuntime", "PostgresClient",
                "Cryptography", "StrictJSON", "Codecs", "Platform", logging,
            ], quickStart),
        // The keys of the auth service: what is stored, how they rotate, what is derived from them.
        library("AuthKeys", ["JSONWebToken", "Cryptography", "StrictJSON", "Codecs", "Platform"]),

        // Services
        library(
            "AuthService",
            [
                "AuthKeys", "Mail", "HTTPTransport", "AWSClient", "JSONWebToken", "ServiceKit", "LambdaEvents",
                "LambdaRuntime", "PostgresClient", "Cryptography", "StrictJSON", "Codecs", "Platform", logging,
            ],
            exclude: ["Passwords/Resources/README.md"],
            resources: [.embedInCode("Passwords/Resources/common-passwords.txt")]),
        library("Ledger", ["PostgresClient", "Cryptography", "Codecs", "StrictJSON"]),
        library(
            "LoyaltyService",
            [
                "Ledger", "ServiceKit", "LambdaEvents", "LambdaRuntime", "PostgresClient", "Cryptography", "StrictJSON",
                "Codecs", logging,
            ]),
        // What proves the books to somebody who has no database: hashes, sums and paths; pure.
        library("LedgerEvidence", ["Cryptography", "StrictJSON", "Codecs"]),
        library(
            "WalletService",
            [
                "Ledger", "LedgerEvidence", "ServiceKit", "LambdaEvents", "LambdaRuntime", "PostgresClient",
                "Cryptography", "StrictJSON", "Codecs", logging,
            ]),
        library(
            "LedgerAuditService",
            [
                "Ledger", "LedgerEvidence", "AWSClient", "ServiceKit", "LambdaEvents", "LambdaRuntime",
                "PostgresClient", "StrictJSON", "Codecs",
                logging,
            ]),
        library("MailTemplates", ["Mail", "Codecs"]),
        library(
            "NotificationService",
            [
                "MailTemplates", "Mail", "AWSClient", "ServiceKit", "LambdaEvents", "LambdaRuntime", "PostgresClient",
                "Cryptography", "StrictJSON", "Codecs", "Platform", logging,
            ]),
        library(
            "OutboxRelayService",
            [
                "AWSClient", "ServiceKit", "LambdaEvents", "LambdaRuntime", "PostgresClient", "StrictJSON", "Codecs",
                "Platform", logging,
            ]),
        library(
            "ProvisionService",
            [
                "Migrations", "Ledger", "AuthKeys", "JSONWebToken", "AWSClient", "ServiceKit", "LambdaRuntime",
                "HTTPTransport", "PostgresClient", "Cryptography", "StrictJSON", "Codecs", "Platform", logging,
            ]),

        // Functions
        executable(
            "auth",
            ["AuthService", "AuthKeys", "AWSClient", "ServiceKit", "LambdaRuntime", "PostgresClient", "Platform"]),
        executable("loyalty", ["LoyaltyService", "ServiceKit", "LambdaRuntime", "PostgresClient", "Platform"]),
        executable("wallet", ["WalletService", "ServiceKit", "LambdaRuntime", "PostgresClient", "Platform"]),
        executable("ledger-audit", ["LedgerAuditService", "AWSClient", "ServiceKit", "LambdaRuntime"]),
        executable(
            "notification", ["NotificationService", "AWSClient", "ServiceKit", "LambdaRuntime", "PostgresClient"]),
        executable(
            "outbox-relay", ["OutboxRelayService", "ServiceKit", "LambdaRuntime", "PostgresClient", "Platform"]),
        executable("provision", ["ProvisionService", "LambdaRuntime", "Platform"]),

        // Local
        library("LocalRuntimeAPI", ["CLocalSystem", "Codecs", "Platform"]),
        library(
            "LocalPlatform",
            [
                "CLocalSystem", "LocalRuntimeAPI", "AuthKeys", "JSONWebToken", "ServiceKit", "AWSSignature", "Mail",
                "Migrations", "PostgresClient", "Ledger", "LedgerEvidence", "LedgerAuditService", "LambdaEvents",
                "Cryptography", "StrictJSON", "Codecs", "Platform",
            ]),
        library(
            "LocalServe",
            [
                "LocalPlatform", "LocalRuntimeAPI", "LambdaEvents", "PostgresClient", "StrictJSON", "Codecs",
                "Platform",
            ], resources: [.embedInCode("Resources")]),
        executable(
            "invoke-local",
            [
                "LocalServe", "LocalPlatform", "MailTemplates", "Mail", "LedgerEvidence", "StrictJSON", "Codecs",
                argumentParser,
            ]),

        // Measured by scripts/bench
        .executableTarget(
            name: "bench-raw", dependencies: ["LambdaRuntime"], path: "Benchmarks/bench-raw", swiftSettings: settings),
        .executableTarget(
            name: "bench-typed", dependencies: ["ServiceKit", "LambdaEvents", "LambdaRuntime", "StrictJSON"],
            path: "Benchmarks/bench-typed", swiftSettings: settings),
        .executableTarget(
            name: "bench-auth",
            dependencies: [
                "AuthService", "AuthKeys", "JSONWebToken", "ServiceKit", "LambdaEvents", "LambdaRuntime",
                "PostgresClient",
                "Cryptography", "StrictJSON", "Codecs", "Platform",
            ], path: "Benchmarks/bench-auth", swiftSettings: settings),

        // Tests: the suffix tells what they need (docs/testing.md).
        .target(
            name: "TestSupport",
            dependencies: [
                "CLocalSystem", "JSONWebToken", "LedgerEvidence", "Migrations", "PostgresClient", "Cryptography",
                "StrictJSON", "Codecs", "Platform",
            ],
            path: "Tests/TestSupport", swiftSettings: settings),
        // A PostgreSQL that is crashed under load; scripts/crash-test, and in short a test.
        .target(
            name: "CrashTesting", dependencies: ["Ledger", "PostgresClient", "TestSupport", "Codecs", "Platform"],
            path: "Tests/CrashTesting", swiftSettings: settings),
        .executableTarget(
            name: "crash-test", dependencies: ["CrashTesting", "TestSupport", "Platform"], path: "Tests/crash-test",
            swiftSettings: settings),
        // Amazon SES and Secrets Manager, failing as a test tells them.
        .target(
            name: "MailStandIn", dependencies: ["CLocalSystem", "TestSupport", "StrictJSON", "Codecs", "Platform"],
            path: "Tests/MailStandIn", swiftSettings: settings),
        tests("CodecsTests", ["Codecs"]),
        tests("StrictJSONTests", ["StrictJSON", "TestSupport"]),
        tests("CryptographyTests", ["Cryptography", "StrictJSON", "Codecs"], exclude: ["Vectors"]),
        tests("HTTPTransportTests", ["HTTPTransport", "LocalRuntimeAPI", "TestSupport", "Platform"]),
        .executableTarget(
            name: "RuntimeProbe", dependencies: ["LambdaRuntime", "Codecs", "Platform", logging],
            path: "Tests/RuntimeProbe", swiftSettings: settings),
        tests("JSONWebTokenTests", ["JSONWebToken", "Cryptography", "StrictJSON", "Codecs"], exclude: ["Vectors"]),
        tests(
            "AuthKeysTests", ["AuthKeys", "JSONWebToken", "Cryptography", "TestSupport", "StrictJSON", "Codecs"]),
        tests(
            "AuthServiceTests",
            [
                "AuthService", "AuthKeys", "AWSClient", "JSONWebToken", "PostgresClient", "ServiceKit", "Mail",
                "Cryptography",
                "TestSupport", "LambdaEvents", "LambdaRuntime", "StrictJSON", "Codecs", "Platform",
            ], exclude: ["normalize.py", "Vectors"]),
        tests(
            "AuthServiceIntegrationTests",
            [
                "AuthService", "AuthKeys", "AWSClient", "JSONWebToken", "ServiceKit", "Mail", "Cryptography",
                "NotificationService", "LoyaltyService", "PostgresClient", "TestSupport", "LambdaEvents",
                "LambdaRuntime", "StrictJSON", "Codecs", "Platform", logging,
            ]),
        tests("AWSSignatureTests", ["AWSSignature", "Codecs"]),
        tests(
            "AWSClientTests",
            ["AWSClient", "AWSSignature", "HTTPTransport", "TestSupport", "StrictJSON", "Codecs", "Platform"]),
        tests(
            "AWSClientProtocolTests",
            ["AWSClient", "AWSSignature", "HTTPTransport", "TestSupport", "StrictJSON", "Codecs", "Platform"]),
        tests("MailTests", ["Mail", "Codecs"], exclude: ["parse-message.py"]),
        tests("MailTemplatesTests", ["MailTemplates", "Mail", "Codecs"], exclude: ["Golden", "inspect-mail.py"]),
        tests(
            "LambdaRuntimeTests",
            ["RuntimeProbe", "LambdaRuntime", "LocalRuntimeAPI", "StrictJSON", "Codecs", "Platform", logging]),
        tests("LambdaEventsTests", ["LambdaEvents", "StrictJSON", "Codecs"]),
        tests(
            "PostgresClientIntegrationTests", ["CrashTesting", "PostgresClient", "TestSupport", "Codecs", "Platform"]),
        tests("MigrationsIntegrationTests", ["Migrations", "PostgresClient", "TestSupport", "Platform"]),
        tests(
            "ServiceKitTests",
            [
                "ServiceKit", "AWSClient", "LambdaEvents", "LambdaRuntime", "PostgresClient", "TestSupport",
                "StrictJSON", "Codecs",
            ]),
        tests(
            "ServiceKitIntegrationTests",
            [
                "ServiceKit", "AWSClient", "LambdaRuntime", "PostgresClient", "TestSupport", "StrictJSON", "Codecs",
                "Platform",
            ]),
        tests(
            "OutboxRelayServiceIntegrationTests",
            [
                "OutboxRelayService", "ServiceKit", "AWSClient", "LambdaRuntime", "PostgresClient", "TestSupport",
                "StrictJSON", "Codecs", "Platform",
            ]),
        .executableTarget(
            name: "bench-ledger",
            dependencies: ["Ledger", "LedgerAuditService", "PostgresClient", "ServiceKit", "Codecs", "Platform"],
            path: "Benchmarks/bench-ledger", swiftSettings: settings),
        tests("LedgerTests", ["Ledger", "Codecs"]),
        tests(
            "LedgerEvidenceTests", ["LedgerEvidence", "Cryptography", "TestSupport", "StrictJSON", "Codecs"],
            exclude: ["vectors.py"]),
        // A model in Swift beside PostgreSQL, under load, with everything that can be killed being killed.
        tests(
            "LedgerModelIntegrationTests",
            [
                "Ledger", "LedgerAuditService", "ServiceKit", "PostgresClient", "TestSupport", "StrictJSON", "Codecs",
                "Platform",
            ]),
        tests("WalletServiceTests", ["WalletService", "Ledger", "LambdaEvents", "StrictJSON", "Codecs"]),
        tests(
            "WalletServiceIntegrationTests",
            [
                "WalletService", "Ledger", "LedgerEvidence", "LedgerAuditService", "ServiceKit", "JSONWebToken",
                "LambdaEvents", "LambdaRuntime", "PostgresClient", "TestSupport", "StrictJSON", "Codecs", "Platform",
            ]),
        tests(
            "LedgerIntegrationTests",
            ["Ledger", "PostgresClient", "Cryptography", "TestSupport", "Codecs", "Platform"]),
        tests(
            "LoyaltyServiceTests", ["LoyaltyService", "Ledger", "LambdaEvents", "TestSupport", "StrictJSON", "Codecs"]),
        tests(
            "LoyaltyServiceIntegrationTests",
            [
                "LoyaltyService", "ServiceKit", "JSONWebToken", "LambdaEvents", "LambdaRuntime", "PostgresClient",
                "TestSupport", "StrictJSON", "Codecs", "Platform",
            ]),
        tests(
            "LedgerAuditServiceIntegrationTests",
            [
                "LedgerAuditService", "LedgerEvidence", "LocalPlatform", "Ledger", "AWSClient", "ServiceKit",
                "LambdaEvents", "LambdaRuntime", "PostgresClient", "TestSupport", "StrictJSON", "Codecs", "Platform",
            ]),
        tests(
            "NotificationServiceTests",
            [
                "NotificationService", "MailTemplates", "Mail", "AWSClient", "LambdaEvents", "TestSupport",
                "StrictJSON", "Codecs",
            ]),
        tests(
            "NotificationServiceIntegrationTests",
            [
                "NotificationService", "MailStandIn", "MailTemplates", "Mail", "AWSClient", "ServiceKit",
                "LambdaEvents", "LambdaRuntime", "LocalPlatform", "PostgresClient", "TestSupport", "StrictJSON",
                "Codecs",
                "Platform",
            ]),
        tests(
            "ProvisionTests",
            [
                "CLocalSystem", "ProvisionService", "AuthKeys", "AWSClient", "LambdaRuntime", "HTTPTransport",
                "PostgresClient", "Migrations", "StrictJSON",
                "TestSupport", "Codecs", "Platform",
            ]),
        tests(
            "ProvisionIntegrationTests",
            [
                "ProvisionService", "AuthService", "LoyaltyService", "AuthKeys", "JSONWebToken", "AWSClient",
                "AWSSignature", "ServiceKit",
                "LambdaRuntime", "PostgresClient", "Migrations", "HTTPTransport", "Cryptography", "StrictJSON",
                "TestSupport", "Codecs", "Platform",
            ]),
        tests(
            "LocalPlatformTests",
            [
                "LocalPlatform", "LocalRuntimeAPI", "ServiceKit", "LambdaEvents", "AWSSignature", "HTTPTransport",
                "JSONWebToken", "Cryptography", "TestSupport", "StrictJSON", "Codecs", "Platform", "invoke-local",
            ]),
        tests(
            "LocalServeTests",
            [
                "LocalServe", "LocalPlatform", "LocalRuntimeAPI", "Ledger", "HTTPTransport", "LambdaEvents",
                "PostgresClient",
                "TestSupport", "StrictJSON", "Codecs", "Platform",
            ]),
        tests(
            "EndToEndTests",
            [
                "auth", "loyalty", "wallet", "ledger-audit", "outbox-relay", "notification", "provision",
                "invoke-local",
                "MailStandIn", "ServiceKit",
                "LocalServe", "LocalPlatform", "LocalRuntimeAPI", "PostgresClient", "TestSupport", "StrictJSON",
                "Codecs",
                "Platform",
            ]),
        tests(
            "RepositoryTests",
            [
                "LocalPlatform", "AuthService", "AuthKeys", "LoyaltyService", "WalletService", "LedgerAuditService",
                "NotificationService", "MailTemplates", "Mail", "AWSClient", "ServiceKit", "PostgresClient",
                "LambdaEvents",
                "StrictJSON", "Codecs",
            ]),
    ]
)

// All tests are one program, so that one target's tests wait for all targets: this leaves out the others.
if let wanted = Context.environment["NERDWORK_TEST_TARGETS"]?.split(separator: ",") {
    package.targets.removeAll { $0.type == .test && !wanted.contains(Substring($0.name)) }
}
