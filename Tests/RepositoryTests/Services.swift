internal import AWSClient
internal import AuthKeys
internal import AuthService
internal import Codecs
internal import LedgerAuditService
internal import LoyaltyService
internal import NotificationService
internal import PostgresClient
internal import ServiceKit
internal import WalletService

/// The services, connected to nothing.
enum Services {
    private static let variables = [
        "PGHOST": "/nonexistent", "PGDATABASE": "x", "PGUSER": "x", "EVENT_SEALING_SECRET_ARN": "a",
        "NOTIFICATION_SECRET_ARN": "b", "MAIL_FROM": "a@example.org", "OPERATORS_EMAIL": "b@example.org",
        "SITE_URL": "https://example.org", "API_URL": "https://example.org", "TOKEN_ISSUER": "https://example.org",
        "TOKEN_AUDIENCE": "x", "ALLOWED_ORIGINS": "https://example.org",
    ]

    private struct Unconnected: Error {}

    /// What each service handles, asked of its own dispatcher.
    static func dispatchers() throws -> [EventDispatcher] {
        let database = Database(try ConnectionConfiguration(environment: { variables[$0] }))
        let now = { Timestamp(millisecondsSince1970: 0) }
        let notification = NotificationService(
            database: database, client: AWSClient(environment: { _ in nil }),
            settings: try NotificationSettings(Environment { variables[$0] }))
        let auth = AuthService(
            database: database, keys: KeyRing(secret: { _ in throw Unconnected() }),
            seals: SealSource { _ in throw Unconnected() }, settings: try AuthSettings(Environment { variables[$0] }),
            now: now)
        let gate = TokenGate(issuer: "x", audience: "x", now: now) { _ in throw Unconnected() }
        return [
            LoyaltyService(database: database, gate: gate, now: now).dispatcher,
            WalletService(database: database, gate: gate, now: now).dispatcher,
            LedgerAuditService(database: database, now: now).dispatcher, notification.dispatcher, auth.dispatcher,
        ]
    }
}
