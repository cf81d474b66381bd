/// Reads the state code out of libpq's verbose text about a refused login: `… failed: FATAL:  53300: sorry, …`.
enum LoginReport {
    static func error(from text: String) -> DatabaseError {
        let firstLine = text.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? "cannot connect"
        guard let state = state(in: text) else { return DatabaseError(.connection, firstLine) }
        let code = ServerReport.code(for: state, limited: false)
        return DatabaseError(code == .server ? .connection : code, firstLine, sqlState: state)
    }

    /// The five characters between two blanks after a colon and the next colon.
    private static func state(in text: String) -> String? {
        let bytes = Array(text.utf8)
        let blank = UInt8(ascii: " ")
        let colon = UInt8(ascii: ":")
        guard bytes.count > 9 else { return nil }
        for start in 3..<(bytes.count - 5)
        where bytes[start - 1] == blank && bytes[start - 2] == blank && bytes[start - 3] == colon
            && bytes[start + 5] == colon
        {
            let candidate = bytes[start..<(start + 5)]
            if candidate.allSatisfy(isStateCharacter) { return String(decoding: candidate, as: UTF8.self) }
        }
        return nil
    }

    private static func isStateCharacter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
