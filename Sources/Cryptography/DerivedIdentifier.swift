package import Codecs

/// Identifiers that follow from a cause: the same cause has the same identifier for ever.
package enum DerivedIdentifier {
    /// UUID version 8 of the time and SHA-256 over the fields.
    ///
    /// Each field stands behind its length in four bytes, so that no two lists of fields give the same bytes.
    package static func uuid(time: Timestamp, fields: [String]) -> UUID {
        var bytes: [UInt8] = []
        for field in fields {
            let length = UInt32(truncatingIfNeeded: field.utf8.count)
            for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: length >> shift)) }
            bytes.append(contentsOf: field.utf8)
        }
        return UUID(time: time, digest: SHA256.digest(bytes))
    }
}
