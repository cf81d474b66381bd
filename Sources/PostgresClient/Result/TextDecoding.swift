extension String: ColumnDecodable {
    /// Text types, JSON, `numeric` (exact digits) and what the database defines itself (enumerations).
    package static func decode(_ bytes: Span<UInt8>, type: PostgresType) -> String? {
        switch type {
        case .text, .varchar, .bpchar, .name, .unknown, .json: validated(bytes, from: 0)
        case .jsonb: bytes.count > 0 && bytes[0] == 1 ? validated(bytes, from: 1) : nil
        case .numeric: NumericText.decode(bytes)
        default: type.isUserDefined ? validated(bytes, from: 0) : nil
        }
    }

    private static func validated(_ bytes: Span<UInt8>, from offset: Int) -> String? {
        String(validating: bytes.copy(from: offset), as: UTF8.self)
    }
}

/// Reads `numeric`'s binary form: base-10000 digits, weight, sign, scale (`numeric_send`).
enum NumericText {
    private static let negative: UInt16 = 0x4000

    /// The exact decimal text, or nil for NaN, infinity and malformed input.
    static func decode(_ bytes: Span<UInt8>) -> String? {
        guard let count = bytes.bigEndian(Int16.self, at: 0), let weight = bytes.bigEndian(Int16.self, at: 2),
            let sign = bytes.bigEndian(UInt16.self, at: 4), let scale = bytes.bigEndian(Int16.self, at: 6),
            sign == 0 || sign == negative, count >= 0, scale >= 0, bytes.count == 8 + Int(count) * 2
        else { return nil }
        var digits: [Int16] = []
        for position in 0..<Int(count) {
            digits.append(bytes.bigEndian(Int16.self, at: 8 + position * 2) ?? 0)
        }
        let whole = whole(weight: Int(weight), digits)
        let fraction = fraction(weight: Int(weight), scale: Int(scale), digits)
        return (sign == negative ? "-" : "") + whole + (scale > 0 ? "." + fraction : "")
    }

    private static func whole(weight: Int, _ digits: [Int16]) -> String {
        guard weight >= 0 else { return "0" }
        var text = ""
        for position in 0...weight {
            let value = digit(position, digits)
            text += text.isEmpty ? "\(value)" : padded(value)
        }
        return text
    }

    private static func fraction(weight: Int, scale: Int, _ digits: [Int16]) -> String {
        var text = ""
        var position = weight + 1
        while text.utf8.count < scale {
            text += padded(digit(position, digits))
            position += 1
        }
        return String(text.prefix(scale))
    }

    /// Zeros before the first and behind the last digit are not sent.
    private static func digit(_ position: Int, _ digits: [Int16]) -> Int16 {
        digits.indices.contains(position) ? digits[position] : 0
    }

    private static func padded(_ value: Int16) -> String {
        let text = "\(value)"
        return String(repeating: "0", count: max(0, 4 - text.utf8.count)) + text
    }
}
