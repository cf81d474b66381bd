import AWSClient
import Codecs
import Cryptography
import LambdaRuntime
import Logging
import PostgresClient
import ServiceKit
import StrictJSON

/// The service's two secrets, fetched when first needed and kept for a while, and the key of its data.
final class NotificationSecrets {
    private let cache: SecretCache
    private let database: Database
    private let settings: NotificationSettings
    /// The key of the data never changes, only what it is encrypted under.
    private var known: NotificationKeys?

    init(_ client: AWSClient, _ database: Database, _ settings: NotificationSettings) {
        cache = SecretCache(client)
        self.database = database
        self.settings = settings
    }

    /// The keys of the service's data, made by the first invocation of all.
    ///
    /// Where the secret has been rotated, the key is opened with the version before and encrypted under the new one.
    /// Throws `Function.SecretUnavailable`, also where neither version opens it, and `DatabaseError`.
    func keys(_ context: InvocationContext) throws -> NotificationKeys {
        if let known { return known }
        let sealed = try sealedKey(context)
        for version in Version.allCases {
            guard let secret = try secret(settings.secret, version, context) else { break }
            guard let key = try Self.usable({ () throws(CryptographyError) in try DataKey.open(sealed, under: secret) })
            else { continue }
            if version == .previous { try wrapAnew(key, instead: sealed, context) }
            guard let keys = try Self.usable({ () throws(CryptographyError) in try NotificationKeys(secret: key) })
            else {
                break
            }
            known = keys
            return keys
        }
        context.logger.error("the key of our data opens neither with the secret nor with the version before it")
        throw Self.unavailable
    }

    private func sealedKey(_ context: InvocationContext) throws -> [UInt8] {
        try database.unitOfWork(deadline: context.deadline, idempotent: true) { connection in
            if let row = try connection.query(DataKeyStore.find).first { return try row.decode("sealed") }
            guard let secret = try secret(settings.secret, .newest, context) else { throw Self.unavailable }
            let new = try Self.usable { () throws(CryptographyError) in try DataKey.make(under: secret) }
            _ = try connection.execute(DataKeyStore.insert(new))
            // Another invocation's, where that was faster.
            return try connection.query(DataKeyStore.find).only().decode("sealed")
        }
    }

    private func wrapAnew(_ key: [UInt8], instead old: [UInt8], _ context: InvocationContext) throws {
        guard let secret = try secret(settings.secret, .kept, context) else { return }
        let new = try Self.usable { () throws(CryptographyError) in try DataKey.seal(key, under: secret) }
        try database.unitOfWork(deadline: context.deadline, idempotent: true) { connection in
            _ = try connection.execute(DataKeyStore.replace(old, by: new))
        }
        context.logger.notice("the key of our data is encrypted under the new secret")
    }

    private static func usable<Value>(
        _ body: () throws(CryptographyError) -> Value
    ) throws(FunctionError) -> Value {
        do throws(CryptographyError) {
            return try body()
        } catch {
            throw unavailable
        }
    }

    /// What an event's sender sealed.
    ///
    /// A seal that does not open is tried with the newest version of the secret and with the one before it, because a
    /// rotation may lie between sender and reader. Throws `Function.SealInvalid` where none opens it.
    func open(_ sealed: String, eventID: UUID, _ context: InvocationContext) throws(FunctionError) -> JSONDocument {
        for version in Version.allCases {
            guard let secret = try secret(settings.sealingSecret, version, context) else { break }
            switch Self.open(sealed, eventID, secret) {
            case .success(let document): return document
            case .failure(.notAuthentic): continue
            case .failure(.unavailable), .failure(.secretLength): throw Self.unavailable
            case .failure: throw Self.invalid
            }
        }
        throw Self.invalid
    }

    /// Which of a secret's versions to try, in this order.
    private enum Version: CaseIterable {
        case kept
        case newest
        case previous
    }

    private static func open(
        _ sealed: String, _ eventID: UUID, _ secret: [UInt8]
    ) -> Result<JSONDocument, EventSealError> {
        do throws(EventSealError) {
            let plaintext = try EventSeal(secret: secret).open(sealed, eventID: eventID)
            // Whoever holds the key has to write JSON.
            guard let document = try? JSONDocument(parsing: plaintext) else { return .failure(.malformed) }
            return .success(document)
        } catch {
            return .failure(error)
        }
    }

    /// A version of a secret; nil where there was none before the current one.
    private func secret(
        _ arn: String, _ version: Version, _ context: InvocationContext
    ) throws(FunctionError) -> [UInt8]? {
        let call = context.awsCall
        do {
            switch version {
            case .kept: return try cache.value(arn, call: call)
            case .newest: return try cache.refreshed(arn, call: call)
            case .previous: return try cache.previous(arn, call: call)
            }
        } catch {
            if version == .previous, error.code == .rejected { return nil }
            throw Self.report(error, context.logger)
        }
    }

    private static func report(_ error: AWSError, _ logger: Logger) -> FunctionError {
        logger.error("a secret cannot be had", metadata: ["error": "\(error)"])
        return unavailable
    }

    static let unavailable = FunctionError(
        type: "Function.SecretUnavailable", message: "a secret of this function cannot be had or used")
    private static let invalid = FunctionError(
        type: "Function.SealInvalid", message: "the personal part of the event does not open with our secret")
}

extension InvocationContext {
    /// Bounds a call of AWS so that its outcome can still be written down.
    var awsCall: AWSCall {
        AWSCall(deadline: deadline, traceID: traceID, marginMilliseconds: 1_500)
    }
}

@available(*, unavailable)
extension NotificationSecrets: Sendable {}
