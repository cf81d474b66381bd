internal import Codecs
internal import Cryptography
package import ServiceKit

/// Where a read came from, as far as the event says: only to count by, so only as hashes.
package struct ReadOrigin: Hashable, Sendable {
    /// SHA-256 of the device's identifier as 64 hexadecimal digits; nil when the event names none.
    package let device: String?
    /// The same of the network's address: of an IPv6 address only the /64 counts (`ClientAddress.bucket`).
    package let address: String?

    /// A read of which nothing is known.
    package static let unknown = ReadOrigin(deviceID: nil, address: nil)

    /// - Parameter deviceID: opaque; 1 to 128 visible ASCII characters.
    package init(deviceID: String?, address: ClientAddress?) {
        device = deviceID.map { Self.hash("device:", Array($0.utf8)) }
        self.address = address.map { Self.hash("address:", $0.bucket) }
    }

    /// A device and an address of the same bytes must not be one subject.
    private static func hash(_ kind: String, _ bytes: [UInt8]) -> String {
        Hex.encode(SHA256.digest(Array(kind.utf8) + bytes))
    }
}
