package import Codecs
internal import Platform

/// Secrets that were fetched, kept for a while.
///
/// One thread at a time, as the client.
package final class SecretCache {
    private let client: AWSClient
    private let lifetimeMilliseconds: Int64
    private let now: () -> Timestamp
    /// An error where the secret has no version at the stage.
    private var entries: [Key: SecretEntry<Result<[UInt8], AWSError>>] = [:]

    private struct Key: Hashable {
        let id: String
        let stage: SecretStage
    }

    /// - Parameter lifetimeMilliseconds: after that a value is fetched again before it is used.
    package init(
        _ client: AWSClient, lifetimeMilliseconds: Int64 = 300_000,
        now: @escaping () -> Timestamp = { SystemClock.now() }
    ) {
        self.client = client
        self.lifetimeMilliseconds = lifetimeMilliseconds
        self.now = now
    }

    /// The value, from the service where none is kept or it is too old.
    ///
    /// An old value goes on being used while the service does not answer; it is then asked again after a short while.
    /// That a secret has no version at a stage is kept as well, the current one excepted: a secret always has that.
    package func value(
        _ id: String, stage: SecretStage = .current, call: AWSCall
    ) throws(AWSError) -> [UInt8] {
        try value(id, stage, call) { $0.isFresh(at: $1, lifetimeMilliseconds: lifetimeMilliseconds) }
    }

    /// The value from the service, because the one that `value` gave was refused.
    ///
    /// Asked for at most once in a short while: until then what is kept is given again.
    package func refreshed(
        _ id: String, stage: SecretStage = .current, call: AWSCall
    ) throws(AWSError) -> [UInt8] {
        try value(id, stage, call) { $0.wasAskedJustNow(at: $1) }
    }

    /// The version before the current one; for what was made before a rotation.
    package func previous(_ id: String, call: AWSCall) throws(AWSError) -> [UInt8] {
        try value(id, stage: .previous, call: call)
    }

    private func value(
        _ id: String, _ stage: SecretStage, _ call: AWSCall,
        mayUse: (SecretEntry<Result<[UInt8], AWSError>>, Timestamp) -> Bool
    ) throws(AWSError) -> [UInt8] {
        let key = Key(id: id, stage: stage)
        let kept = entries[key]
        let asked = now()
        if let kept, mayUse(kept, asked) { return try kept.value.get() }
        do {
            let fetched = try client.secretValue(id, stage: stage, call: call)
            entries[key] = SecretEntry(value: .success(fetched), fetchedAt: asked, askedAt: asked)
            return fetched
        } catch {
            if stage != .current, error.isUnknownSecret {
                entries[key] = SecretEntry(value: .failure(error), fetchedAt: asked, askedAt: asked)
            }
            guard var kept, error.isOutage else { throw error }
            kept.askedAt = asked
            entries[key] = kept
            return try kept.value.get()
        }
    }
}

@available(*, unavailable)
extension SecretCache: Sendable {}

/// One kept value.
struct SecretEntry<Value> {
    let value: Value
    let fetchedAt: Timestamp
    /// The last time that the service was asked, with or without an answer.
    var askedAt: Timestamp

    /// How long the service is left alone after it was asked, in milliseconds.
    static var pauseMilliseconds: Int64 { 10_000 }

    func isFresh(at now: Timestamp, lifetimeMilliseconds: Int64) -> Bool {
        let age = now.millisecondsSince1970 - fetchedAt.millisecondsSince1970
        return (0..<lifetimeMilliseconds).contains(age) || (askedAt != fetchedAt && wasAskedJustNow(at: now))
    }

    func wasAskedJustNow(at now: Timestamp) -> Bool {
        (0..<Self.pauseMilliseconds).contains(now.millisecondsSince1970 - askedAt.millisecondsSince1970)
    }
}

extension AWSError {
    /// The service is not there for us now, which says nothing about the secret.
    var isOutage: Bool {
        switch code {
        case .unavailable, .throttled, .deadline, .malformedAnswer: true
        case .configuration, .credentials, .rejected: false
        }
    }
}
