package import Codecs
internal import Cryptography
internal import Platform

/// The keys that the auth service works with, fetched when first needed and again when they are five minutes old.
///
/// A rotation is noticed without a restart. While they cannot be fetched, the ones that are there go on being used, for
/// as long as `KeyRotation.staleMilliseconds`. One thread at a time.
package final class KeyRing {
    /// Fetches the stored document, by that moment; nil where nothing waits.
    package typealias Fetch = (_ deadline: Timestamp?) throws -> [UInt8]

    /// After that the keys are fetched again before they are used, in milliseconds.
    package static let lifetimeMilliseconds: Int64 = 300_000
    /// How long the store is left alone after it failed, in milliseconds.
    package static let pauseMilliseconds: Int64 = 10_000
    /// The longest that fetching may take where usable keys are kept, in milliseconds.
    package static let renewalMilliseconds: Int64 = 1_500

    private let fetch: Fetch
    private let now: () -> Timestamp
    private var kept: Kept?
    private var failedAt: Timestamp?

    private struct Kept {
        var snapshot: AuthKeySnapshot
        let digest: [UInt8]
        var fetchedAt: Timestamp
    }

    /// - Parameters:
    ///   - secret: fetches the stored document, whatever it throws means that there is none for now.
    ///   - now: the wall clock.
    package init(secret: @escaping Fetch, now: @escaping () -> Timestamp = { SystemClock.now() }) {
        fetch = secret
        self.now = now
    }

    /// A ring that has these keys for ever.
    ///
    /// Throws what `AuthKeySnapshot.init` throws.
    package init(document: AuthKeyDocument) throws(AuthKeyError) {
        let bytes = document.json
        let moment = Timestamp(millisecondsSince1970: 0)
        fetch = { _ in bytes }
        now = { moment }
        kept = Kept(snapshot: try AuthKeySnapshot(document), digest: SHA256.digest(bytes), fetchedAt: moment)
    }

    /// The keys, fetched first where none are kept or the kept ones are too old.
    ///
    /// Throws `.unavailable` where they cannot be had, `.empty` and `.malformed` where what was fetched holds none.
    package func current(deadline: Timestamp? = nil) throws(AuthKeyError) -> AuthKeySnapshot {
        let failure = refreshIfOld(deadline: deadline)
        if let kept, isUsable(kept) { return kept.snapshot }
        throw failure ?? .unavailable
    }

    /// The keys that were fetched last, however old; no I/O.
    package var remembered: AuthKeySnapshot? { kept?.snapshot }

    /// Fetches the keys where none are kept or the kept ones are old; the failure, where there was one.
    ///
    /// Asks the store at most once in `pauseMilliseconds` while it fails.
    @discardableResult
    package func refreshIfOld(deadline: Timestamp? = nil) -> AuthKeyError? {
        let moment = now()
        if let kept, age(of: kept.fetchedAt, moment) < Self.lifetimeMilliseconds { return nil }
        if let failedAt, age(of: failedAt, moment) < Self.pauseMilliseconds { return kept == nil ? .unavailable : nil }
        do throws(AuthKeyError) {
            try refresh(limit(deadline, moment), moment)
            failedAt = nil
            return nil
        } catch {
            failedAt = moment
            return error
        }
    }

    private func refresh(_ deadline: Timestamp?, _ moment: Timestamp) throws(AuthKeyError) {
        guard let bytes = try? fetch(deadline) else { throw .unavailable }
        let digest = SHA256.digest(bytes)
        if let kept, kept.digest == digest {
            self.kept?.fetchedAt = moment
        } else {
            let snapshot = try AuthKeySnapshot(try AuthKeyDocument(parsing: bytes))
            kept = Kept(snapshot: snapshot, digest: digest, fetchedAt: moment)
        }
        kept?.snapshot.roots.useKnown(at: moment)
    }

    /// Nobody waits long for newer keys where the ones that are kept will do.
    private func limit(_ deadline: Timestamp?, _ moment: Timestamp) -> Timestamp? {
        guard let kept, isUsable(kept) else { return deadline }
        let renewal = moment.advanced(byMilliseconds: Self.renewalMilliseconds)
        return min(deadline ?? renewal, renewal)
    }

    private func isUsable(_ kept: Kept) -> Bool {
        now() < kept.fetchedAt.advanced(byMilliseconds: KeyRotation.staleMilliseconds)
    }

    /// Milliseconds; a clock that was set back makes everything old.
    private func age(of moment: Timestamp, _ now: Timestamp) -> Int64 {
        now < moment ? .max : now.millisecondsSince1970 - moment.millisecondsSince1970
    }
}

@available(*, unavailable)
extension KeyRing: Sendable {}
