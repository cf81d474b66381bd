package import Codecs
internal import Cryptography
internal import Platform

/// A secret that somebody else shows, and who may still have the version before the current one.
///
/// One thread at a time, as the client.
package final class SharedSecret {
    private let client: AWSClient
    private let id: String
    private let lifetimeMilliseconds: Int64
    private let now: () -> Timestamp
    private var known: SecretEntry<[[UInt8]]>?

    /// - Parameters:
    ///   - id: the secret's ARN or name.
    ///   - lifetimeMilliseconds: after that the versions are fetched again before they are used.
    package init(
        _ client: AWSClient, id: String, lifetimeMilliseconds: Int64 = 300_000,
        now: @escaping () -> Timestamp = { SystemClock.now() }
    ) {
        self.client = client
        self.id = id
        self.lifetimeMilliseconds = lifetimeMilliseconds
        self.now = now
    }

    /// Whether this is the current version or the one before it; compared in constant time.
    ///
    /// What is kept is looked at first. The service is asked again for what is not in it, but at most once in ten
    /// seconds, so that nobody can bring about a call with each guess. While it does not answer, what is kept counts.
    package func isShown(_ value: [UInt8], call: AWSCall) throws(AWSError) -> Bool {
        let time = now()
        if let known {
            let isHeld = Self.holds(known.value, value)
            if known.wasAskedJustNow(at: time) { return isHeld }
            if isHeld, known.isFresh(at: time, lifetimeMilliseconds: lifetimeMilliseconds) { return true }
        }
        do {
            known = SecretEntry(value: try fetch(call), fetchedAt: time, askedAt: time)
        } catch {
            guard known != nil, error.isOutage else { throw error }
            known?.askedAt = time
        }
        return known.map { Self.holds($0.value, value) } ?? false
    }

    /// Both at the same time, and the current one first: where a rotation ends in between, the two are the same, and
    /// what everybody shows at that moment is among them.
    private func fetch(_ call: AWSCall) throws(AWSError) -> [[UInt8]] {
        let current = try client.secretValue(id, stage: .current, call: call)
        do throws(AWSError) {
            return [current, try client.secretValue(id, stage: .previous, call: call)]
        } catch {
            guard error.isUnknownSecret else { throw error }
            return [current]
        }
    }

    private static func holds(_ values: [[UInt8]], _ value: [UInt8]) -> Bool {
        values.reduce(false) { found, known in ConstantTime.areEqual(known, value) || found }
    }
}

@available(*, unavailable)
extension SharedSecret: Sendable {}
