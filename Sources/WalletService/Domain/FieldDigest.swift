internal import Cryptography

/// SHA-256 over fields.
enum FieldDigest {
    /// Each field stands behind its length in four bytes, so that no two lists of fields give the same bytes; one that
    /// is absent differs from one that is empty.
    static func digest(_ fields: [String?]) -> [UInt8] {
        var bytes: [UInt8] = []
        for field in fields {
            let length = field.map { UInt32(truncatingIfNeeded: $0.utf8.count) } ?? .max
            for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: length >> shift)) }
            bytes.append(contentsOf: (field ?? "").utf8)
        }
        return SHA256.digest(bytes)
    }
}
