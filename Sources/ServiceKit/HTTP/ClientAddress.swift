import Codecs
import LambdaEvents

/// Where a request comes from, as CloudFront or the gateway saw the connection; what the client claims in fields does not
/// count.
package struct ClientAddress: Hashable, Sendable {
    /// Sixteen bytes; an IPv4 address as the IPv6 address that is mapped to it (RFC 4291, section 2.5.5.2).
    private let bytes: [UInt8]

    /// Behind the front door the address in `x-nw-viewer`, which CloudFront sets on each request; else, and where that
    /// is not one address, `requestContext.http.sourceIp`.
    ///
    /// The unspecified address `::` where there is none that can be read.
    package init(_ request: APIRequest) {
        let viewer = request.isFromFrontDoor ? request.header(OriginGate.viewerField) : nil
        self =
            viewer.flatMap { ClientAddress(text: $0) } ?? ClientAddress(text: request.event.context.http.sourceIP)
            ?? ClientAddress(bytes: Self.unspecified)
    }

    /// Reads an IPv4 address in dotted form without leading zeros, or an IPv6 address (RFC 4291, section 2.2) without
    /// zone; nil for anything else.
    package init?(text: String) {
        let characters = Array(text.utf8)
        if let four = IPAddressText.four(characters[...]) {
            bytes = Self.mapped + four
        } else if let sixteen = IPAddressText.sixteen(characters) {
            bytes = sixteen
        } else {
            return nil
        }
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether it is an IPv4 address, mapped or not.
    package var isFour: Bool { bytes.starts(with: Self.mapped) }

    /// The address in its canonical form (RFC 5952).
    package var text: String {
        isFour ? IPAddressText.dotted(bytes.suffix(4)) : IPAddressText.text(ofSixteen: bytes)
    }

    /// The network for people to look at: `192.0.2.0/24` or `2001:db8:1:2::/64`.
    package var prefix: String {
        isFour
            ? IPAddressText.dotted(bytes[12..<15] + [0]) + "/24"
            : IPAddressText.text(ofSixteen: Array(bytes.prefix(8)) + [UInt8](repeating: 0, count: 8)) + "/64"
    }

    /// What limits are counted by: the four bytes of an IPv4 address, and of an IPv6 address the eight of its /64,
    /// because one customer has at least that many addresses (RIPE-690).
    package var bucket: [UInt8] {
        isFour ? Array(bytes.suffix(4)) : Array(bytes.prefix(8))
    }

    private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    private static let unspecified = [UInt8](repeating: 0, count: 16)
}
