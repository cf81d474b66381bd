import AWSClient
import Codecs
import Cryptography
import LambdaRuntime
import Logging
import ServiceKit
import StrictJSON

/// The service's two secrets: fetched when first needed, kept for a while.
final class NotificationSecrets {
    private let cache: SecretCache
    private let settings: NotificationSettings
    private var derived: (secret: [UInt8], keys: NotificationKeys)?

    init(_ client: AWSClient, _ settings: NotificationSettings) {
        cache = SecretCache(client)
        self.settings = settings
    }

    /// The keys of the service's own secret; throws `Function.SecretUnavailable`.
    func keys(_ context: InvocationContext) throws(FunctionError) -> NotificationKeys {
        let secret: [UInt8]
        do {
            secret = try cache.value(settings.secret, call: context.awsCall)
        } catch {
            throw Self.report(error, context.logger)
        }
        if let derived, derived.secret == secret { return derived.keys }
        do {
            guard let keys = try NotificationKeys(secret: secret) else { throw Self.unavailable }
            derived = (secret, keys)
            return keys
        } catch let error as FunctionError {
            throw error
        } catch {
            throw Self.unavailable
        }
    }

    /// What an event's sender sealed.
    ///
    /// A seal that does not open is tried with the newest version of the secret and with the one before it, because a
    /// rotation may lie between sender and reader. Throws `Function.SealInvalid` where none opens it.
    func open(_ sealed: String, eventID: UUID, _ context: InvocationContext) throws(FunctionError) -> JSONDocument {
        for version in Version.allCases {
            guard let secret = try sealingSecret(version, context) else { break }
            switch Self.open(sealed, eventID, secret) {
            case .success(let document): return document
            case .failure(.notAuthentic): continue
            case .failure(.unavailable), .failure(.secretLength): throw Self.unavailable
            case .failure: throw Self.invalid
            }
        }
        throw Self.invalid
    }

    /// Which of the sealing secret's versions to try, in this order.
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

    /// A version of the sealing secret; nil where there was none before the current one.
    private func sealingSecret(_ version: Version, _ context: InvocationContext) throws(FunctionError) -> [UInt8]? {
        let (arn, call) = (settings.sealingSecret, context.awsCall)
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

    private static let unavailable = FunctionError(
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
