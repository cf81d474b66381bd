internal import Codecs

/// The query as it goes into the canonical request: each name and value encoded once, sorted by its bytes.
enum CanonicalQuery {
    typealias Parameter = (name: String, value: String)

    /// Names and values as they are meant, encoded; a name without `=` has an empty value.
    ///
    /// `+` means itself here: AWS reads a query as RFC 3986 does and not as forms write it.
    static func parameters(_ query: String) -> [Parameter] {
        query.utf8.split(separator: 0x26).map { part in
            let pieces = part.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
            return (encoded(pieces.first ?? part), pieces.count > 1 ? encoded(pieces[1]) : "")
        }
    }

    static func text(_ parameters: [Parameter]) -> String {
        parameters
            .sorted { left, right in
                ASCII.areEqual(left.name, right.name)
                    ? ASCII.precedes(left.value, right.value) : ASCII.precedes(left.name, right.name)
            }
            .map { "\($0.name)=\($0.value)" }
            .joined(separator: "&")
    }

    /// A parameter that cannot be decoded is encoded as it stands, so that it is still signed.
    private static func encoded(_ piece: Substring.UTF8View) -> String {
        PercentEncoding.encode(PercentEncoding.decode(piece) ?? Array(piece))
    }
}
