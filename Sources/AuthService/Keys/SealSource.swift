package import Codecs
import ServiceKit

/// Where the seal of events comes from: made once from the secret that it is derived from, again when that has changed.
///
/// One thread at a time.
package final class SealSource {
    /// Fetches the secret, by that moment; expected to keep it for a while.
    package typealias Fetch = (_ deadline: Timestamp?) throws -> [UInt8]

    private let fetch: Fetch
    private var kept: (secret: [UInt8], seal: EventSeal)?

    package init(secret: @escaping Fetch) {
        fetch = secret
    }

    /// Throws what `fetch` throws, and `EventSealError.secretLength`.
    func current(deadline: Timestamp?) throws -> EventSeal {
        let secret = try fetch(deadline)
        if let kept, kept.secret == secret { return kept.seal }
        let seal = try EventSeal(secret: secret)
        kept = (secret, seal)
        return seal
    }
}

@available(*, unavailable)
extension SealSource: Sendable {}
