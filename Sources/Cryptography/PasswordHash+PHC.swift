internal import Codecs

extension PasswordHash {
    /// `$scrypt$ln=15,r=8,p=3$salt$hash`, salt and hash in base 64 without padding (the PHC string format, in the form
    /// that passlib and `@phc/scrypt` give to scrypt).
    package var phc: [UInt8] {
        let parameters = "ln=\(cost.logN),r=\(cost.blockSize),p=\(cost.parallelism)"
        return Array("$scrypt$\(parameters)$".utf8) + Self.encode(salt) + [Self.separator] + Self.encode(hash)
    }

    /// Reads what `phc` wrote.
    ///
    /// Nil for anything else: another function, parameters in another order, twice, with a sign or a leading zero,
    /// padded base 64, text before or behind, or values outside the bounds. Nothing is allocated for the cost that the
    /// text states.
    package init?(phc text: [UInt8], within bounds: ScryptBounds = .standard) {
        guard text.count <= Self.maximumTextBytes else { return nil }
        let fields = text.split(separator: Self.separator, omittingEmptySubsequences: false)
        guard fields.count == 5, fields[0].isEmpty, fields[1].elementsEqual("scrypt".utf8),
            let cost = Self.cost(fields[2]), bounds.allows(cost),
            let salt = Self.decode(fields[3]), bounds.saltBytes.contains(salt.count),
            let hash = Self.decode(fields[4]), bounds.hashBytes.contains(hash.count)
        else { return nil }
        self.init(cost: cost, salt: salt, hash: hash, bounds: bounds)
    }

    private static let separator = UInt8(ascii: "$")
    private static let padding = UInt8(ascii: "=")
    /// More than salt and hash of 64 bytes need.
    private static let maximumTextBytes = 224

    private static func cost(_ field: ArraySlice<UInt8>) -> ScryptCost? {
        let parameters = field.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
        guard parameters.count == 3, let logN = value(of: "ln=", parameters[0]),
            let blockSize = value(of: "r=", parameters[1]), let parallelism = value(of: "p=", parameters[2])
        else { return nil }
        return ScryptCost(logN: logN, blockSize: blockSize, parallelism: parallelism)
    }

    /// One to three digits without a leading zero.
    private static func value(of name: String, _ parameter: ArraySlice<UInt8>) -> Int? {
        guard parameter.starts(with: name.utf8) else { return nil }
        let digits = parameter.dropFirst(name.utf8.count)
        guard (1...3).contains(digits.count), digits.first != UInt8(ascii: "0"), digits.allSatisfy(ASCII.isDigit) else {
            return nil
        }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    private static func encode(_ bytes: [UInt8]) -> [UInt8] {
        Base64.encode(bytes).utf8.filter { $0 != padding }
    }

    private static func decode(_ field: ArraySlice<UInt8>) -> [UInt8]? {
        guard !field.contains(padding) else { return nil }
        return Base64.decode(field + Array(repeating: padding, count: (4 - field.count % 4) % 4))
    }
}
