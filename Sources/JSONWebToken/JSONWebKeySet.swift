internal import Cryptography
internal import StrictJSON

/// Public keys by their `kid` (RFC 7517, section 5), all of them sound.
package struct JSONWebKeySet: Equatable, Sendable {
    /// In the order in which they are published.
    package let keys: [JSONWebKey]

    /// What a set may be; a test of published vectors with shorter keys states its own.
    package struct Limits: Sendable {
        /// The most keys.
        package var maximumKeys = 8
        /// The longest JSON text, in bytes.
        package var maximumBytes = 16_384
        /// The shortest modulus, in bits.
        package var minimumBits = 3072

        package init() {}
    }

    /// No keys, which verify nothing.
    package init() {
        keys = []
    }

    /// Throws `.count` for no or too many keys, `.duplicate` where two have one `kid`, `.weak` for a short one.
    package init(_ keys: [JSONWebKey], limits: Limits = Limits()) throws(JSONWebKeyError) {
        guard (1...limits.maximumKeys).contains(keys.count) else { throw .count }
        guard keys.allSatisfy({ $0.key.bitCount >= limits.minimumBits }) else { throw .weak }
        for (index, key) in keys.enumerated() {
            let isKnown = keys[..<index].contains { $0.kid.utf8.elementsEqual(key.kid.utf8) }
            guard !isKnown else { throw .duplicate }
        }
        self.keys = keys
    }

    /// The key of that `kid`, whose bytes must be the same.
    package func key(_ kid: some Collection<UInt8>) -> JSONWebKey? {
        keys.first { $0.kid.utf8.elementsEqual(kid) }
    }

    /// The set as it is published (RFC 7517, section 5).
    package var json: [UInt8] {
        JSONWriter.object(reserving: 64 + keys.count * 768) { writer in
            writer.array("keys") { list in
                for key in keys { list.object { key.write(to: &$0) } }
            }
        }.bytes
    }
}
