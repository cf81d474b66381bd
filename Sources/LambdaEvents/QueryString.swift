import Codecs

/// A query string taken apart (`application/x-www-form-urlencoded`, as the WHATWG URL standard, section 5.1, reads it).
package enum QueryString {
    /// The names and values in order; nil when a `%` stands without two digits or the bytes are not UTF-8.
    ///
    /// A name that occurs twice stays twice, which API Gateway's `queryStringParameters` would join with a comma.
    package static func parse(_ text: String) -> NamedValues? {
        var values = NamedValues()
        for part in text.utf8.split(separator: 0x26) {
            let halves = part.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decode(halves[0]), let value = halves.count > 1 ? decode(halves[1]) : "" else {
                return nil
            }
            values.append(name, value)
        }
        return values
    }

    private static func decode(_ text: Substring.UTF8View) -> String? {
        PercentEncoding.decode(text, plusIsSpace: true).flatMap { String(validating: $0, as: UTF8.self) }
    }
}
