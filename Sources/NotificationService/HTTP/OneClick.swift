import Codecs

/// The body of a one-click request: the pair `List-Unsubscribe=One-Click` (RFC 8058, section 3.1).
enum OneClick {
    /// More than any mail program sends, in bytes.
    static let maximumBytes = 2_048

    /// Whether the body asks for it, as `application/x-www-form-urlencoded` or as `multipart/form-data`.
    static func isAsked(_ body: [UInt8], contentType: String?) -> Bool {
        guard body.count <= maximumBytes, let text = String(validating: body, as: UTF8.self) else { return false }
        let type = contentType?.lowercased() ?? ""
        return type.hasPrefix("multipart/form-data") ? isInParts(text) : isInPairs(text)
    }

    private static func isInPairs(_ text: String) -> Bool {
        text.utf8.split(separator: UInt8(ascii: "&")).contains { pair in
            PercentEncoding.decode(pair, plusIsSpace: true).map { $0.elementsEqual("List-Unsubscribe=One-Click".utf8) }
                ?? false
        }
    }

    /// A part's head names the field, its body is the value (RFC 7578, section 4.2); blank line and line ends apart,
    /// nothing stands between the two.
    private static func isInParts(_ text: String) -> Bool {
        let lines = text.utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).compactMap { String($0) }
        for (head, value) in zip(lines, lines.dropFirst()) {
            if head.lowercased().hasPrefix("content-disposition:"), namesField(head), value == "One-Click" {
                return true
            }
        }
        return false
    }

    private static func namesField(_ head: String) -> Bool {
        // Not `contains` of a text: that would link the engine for regular expressions, half a megabyte of zip.
        head.split(separator: ";").contains { $0.drop { $0 == " " } == #"name="List-Unsubscribe""# }
    }
}
