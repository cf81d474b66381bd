package import Codecs
import Cryptography
package import JSONWebToken
package import LambdaRuntime
import Logging
package import PostgresClient

/// The public keys that the auth service has published in the database, kept for five minutes.
///
/// Only their age has them read again, never what a token says: so an unknown `kid` costs no round trip, and a key that
/// was revoked is refused five minutes later at the latest.
package final class PublishedKeys {
    /// How long a set is used, in milliseconds.
    package static let lifetimeMilliseconds: Int64 = 300_000

    private let database: Database
    private let now: () -> Timestamp
    private var known: (keys: JSONWebKeySet, readAt: Timestamp)?

    /// - Parameters:
    ///   - database: logs in as a role that may execute `auth.published_keys()`
    ///   - now: the wall clock
    package init(_ database: Database, now: @escaping () -> Timestamp) {
        self.database = database
        self.now = now
    }

    /// Reads the keys while the function starts, so that the first request finds them.
    ///
    /// A failure is left to that request, and a database that has just refused to connect is not tried again: a start
    /// has ten seconds.
    package func prefetch() {
        guard database.lastFailure == nil else { return }
        known = try? (read(deadline: nil), now())
    }

    /// The keys, read again where they are older than `lifetimeMilliseconds`.
    ///
    /// Throws `DatabaseError`, and 503 where the database has no keys or one that is not sound: without keys nobody can
    /// be let in.
    package func current(_ context: InvocationContext) throws -> JSONWebKeySet {
        if let known, isFresh(known.readAt) { return known.keys }
        do {
            let keys = try read(deadline: context.deadline)
            known = (keys, now())
            return keys
        } catch let error as JSONWebKeyError {
            context.logger.error("the published keys cannot be used", metadata: ["reason": "\(error.rawValue)"])
            throw Problem.unavailable
        }
    }

    /// A time of reading that lies in the future comes from a clock that was set back.
    private func isFresh(_ readAt: Timestamp) -> Bool {
        let age = now().millisecondsSince1970 - readAt.millisecondsSince1970
        return (0..<Self.lifetimeMilliseconds).contains(age)
    }

    private func read(deadline: Timestamp?) throws -> JSONWebKeySet {
        let rows = try database.unitOfWork(deadline: deadline, idempotent: true) { connection in
            try connection.query(Self.statement).map { try Self.decode($0) }
        }
        return try JSONWebKeySet(rows)
    }

    private static let statement: SQL = "select kid, modulus, exponent from auth.published_keys()"

    private static func decode(_ row: Row) throws -> JSONWebKey {
        guard let key = try? RSAPublicKey(modulus: row.decode("modulus"), exponent: row.decode("exponent")) else {
            throw JSONWebKeyError.weak
        }
        return try JSONWebKey(kid: row.decode("kid"), key: key)
    }
}

@available(*, unavailable)
extension PublishedKeys: Sendable {}
