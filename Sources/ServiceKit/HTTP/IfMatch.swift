import Codecs
import LambdaEvents

/// Which versions of a resource the request may change (`If-Match`, RFC 9110, section 13.1.1).
package enum IfMatch: Hashable, Sendable {
    /// Whatever there is: `*`.
    case any
    /// One of these; none where the field is not one that we ever gave a reason for.
    case versions([Int64])

    /// The versions in a field such as `"7", "8"`; a weak tag never matches.
    init(field: String) {
        let items = field.utf8.split(separator: 0x2C).map { item in
            Array(item.drop(while: Self.isBlank).reversed().drop(while: Self.isBlank).reversed())
        }
        if items.count == 1, items[0].elementsEqual("*".utf8) {
            self = .any
        } else {
            self = .versions(items.compactMap(Self.version))
        }
    }

    /// The tag of a version, for the field `etag`.
    package static func tag(version: Int64) -> String { "\"\(version)\"" }

    private static func version(_ tag: [UInt8]) -> Int64? {
        guard tag.count > 2, tag.first == 0x22, tag.last == 0x22 else { return nil }
        let digits = tag.dropFirst().dropLast()
        // Each version has one tag: no sign, no leading zero.
        guard digits.allSatisfy(ASCII.isDigit), digits.count == 1 || digits.first != 0x30 else { return nil }
        return Int64(String(decoding: digits, as: UTF8.self))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}

extension APIRequest {
    /// What the field `If-Match` asks for; nil where the request has none.
    package var ifMatch: IfMatch? {
        header("if-match").map(IfMatch.init(field:))
    }
}
