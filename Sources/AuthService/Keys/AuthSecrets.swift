package import AWSClient
package import AuthKeys
package import Codecs
import Platform

/// What the service keeps in Secrets Manager.
package struct AuthSecrets {
    package let keys: KeyRing
    package let seals: SealSource

    /// - Parameters:
    ///   - keys: the ARN of the document of keys, which the ring itself keeps.
    ///   - seal: the ARN of the secret that events are sealed with.
    package init(_ client: AWSClient, keys: String, seal: String) {
        self.keys = KeyRing { try client.secretValue(keys, call: AWSCall(deadline: $0)) }
        let cache = SecretCache(client)
        seals = SealSource { try cache.value(seal, call: AWSCall(deadline: $0)) }
    }

    /// When a function that starts stops waiting for its keys: discovery has 1.5 seconds to answer, a cold start
    /// included.
    package static var startDeadline: Timestamp { SystemClock.now().advanced(byMilliseconds: 1_000) }
}

@available(*, unavailable)
extension AuthSecrets: Sendable {}
