internal import Codecs
package import StrictJSON

// Numbers are written as text: many readers of JSON round what is beyond 2^53.

extension RootRecord {
    /// The record as JSON in one fixed form, without blanks: the anchor's bytes, and what `hash` is of.
    package var canonical: [UInt8] {
        JSONWriter.object { write(&$0) }.bytes
    }

    func write(_ json: inout JSONObjectWriter) {
        json.member("version", 1)
        json.member("root", "\(root)")
        json.member("madeAt", RFC3339.format(madeAt))
        json.member("rootHash", Hex.encode(rootHash))
        json.member("total", "\(total)")
        json.member("leafCount", "\(leafCount)")
        json.member("deferredTotal", "\(deferredTotal)")
        json.member("previousRootHash", Hex.encode(previousRootHash))
        json.member("previousRecordHash", Hex.encode(previousRecordHash))
    }

    /// Reads what `write` writes, the values in their one form.
    init(_ value: JSONValue) throws(JSONError) {
        try value.refuseUnknownMembers(except: [
            "version", "root", "madeAt", "rootHash", "total", "leafCount", "deferredTotal", "previousRootHash",
            "previousRecordHash",
        ])
        _ = try value.member("version").integer(in: 1...1)
        let time = try value.member("madeAt")
        let text = try time.string(maximumBytes: 24)
        guard let madeAt = RFC3339.parse(text.utf8), RFC3339.format(madeAt) == text else { throw time.error(.range) }
        let root = try value.member("root").number(in: 1...Int64.max)
        let leaves = try value.member("leafCount").number(in: 1...Int64.max)
        self.init(
            root: root, madeAt: madeAt, rootHash: try value.member("rootHash").digest(),
            total: try value.member("total").number(in: Int128.min...Int128.max), leafCount: leaves,
            deferredTotal: try value.member("deferredTotal").number(in: Int128.min...Int128.max),
            previousRootHash: try value.member("previousRootHash").digest(),
            previousRecordHash: try value.member("previousRecordHash").digest())
    }

    /// Reads an anchor.
    ///
    /// Throws `JSONError` for anything but the record's own JSON of at most 4096 bytes.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        let limits = JSONLimits(maximumBytes: 4_096, maximumDepth: 1, maximumValues: 64, maximumMembers: 16)
        try self.init(try JSONDocument(parsing: bytes, limits: limits).root)
    }
}

extension JSONValue {
    /// A whole number written as text without blanks, plus sign and leading zeros.
    func number<Number: FixedWidthInteger>(in range: ClosedRange<Number>) throws(JSONError) -> Number {
        let text = try string(maximumBytes: 40)
        guard let number = Number(text), "\(number)" == text, range.contains(number) else { throw error(.range) }
        return number
    }

    /// 32 bytes as 64 digits in lower case.
    func digest() throws(JSONError) -> [UInt8] {
        let text = try utf8(maximumBytes: 64)
        guard text.count == 64, let bytes = Hex.decode(text), Array(Hex.encode(bytes).utf8) == text else {
            throw error(.range)
        }
        return bytes
    }
}
