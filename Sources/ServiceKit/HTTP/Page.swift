package import Codecs

/// Which part of a list a request asks for: `?limit=` and `?cursor=`.
package struct Page: Hashable, Sendable {
    package let limit: Int
    /// Where the last page ended; nil for the first one.
    package let cursor: Cursor?
}

/// The place where a page ended, handed to clients as opaque text.
package struct Cursor: Hashable, Sendable {
    /// The sort keys of the last row, as many as the list is sorted by.
    package let keys: [Int64]

    package init(_ keys: [Int64]) {
        self.keys = keys
    }

    /// Base64url of a version byte and the keys, most significant byte first.
    package var text: String {
        var bytes: [UInt8] = [Self.version]
        for key in keys {
            for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: key >> shift)) }
        }
        return Base64.encode(bytes, alphabet: .url)
    }

    /// Reads what `text` wrote; nil for anything else.
    package init?(text: String, keyCount: Int) {
        // The length is compared before anything is decoded, so that a long text costs nothing.
        guard text.utf8.count == ((1 + keyCount * 8) * 4 + 2) / 3,
            let bytes = Base64.decode(text.utf8, alphabet: .url), bytes.first == Self.version
        else { return nil }
        keys = (0..<keyCount).map { key in
            bytes[(1 + key * 8)..<(9 + key * 8)].reduce(0) { $0 << 8 | Int64($1) }
        }
    }

    /// A key that is a moment; 400 where no row can have it, so that the cursor is not one that `text` wrote.
    package func moment(_ index: Int) throws(Problem) -> Timestamp {
        guard keys.indices.contains(index), Self.moments.contains(keys[index]) else { throw .invalidCursor }
        return Timestamp(millisecondsSince1970: keys[index])
    }

    private static let version: UInt8 = 1
    /// From the year 0 to the year 9999, as RFC 3339 writes them.
    private static let moments: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999
}

extension APIRequest {
    /// The page that the query asks for.
    ///
    /// - Parameters:
    ///   - standard: the limit when the query names none
    ///   - maximum: the highest limit; more is 400
    ///   - keyCount: how many sort keys the list has
    package func page(standard: Int = 20, maximum: Int = 100, keyCount: Int = 1) throws(Problem) -> Page {
        var limit = standard
        if let text = try query("limit") {
            guard let number = Int(text), (1...maximum).contains(number) else {
                throw .invalidParameter("limit", "must be a whole number from 1 to \(maximum)")
            }
            limit = number
        }
        guard let text = try query("cursor") else { return Page(limit: limit, cursor: nil) }
        guard let cursor = Cursor(text: text, keyCount: keyCount) else { throw .invalidCursor }
        return Page(limit: limit, cursor: cursor)
    }
}
