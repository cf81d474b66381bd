/// What somebody can see of an answer, apart from what is random in it.
enum Fingerprint {
    /// The answer with every run of 32 or more letters and digits of base 64 replaced by its length.
    static func of(_ answer: [UInt8]) -> String {
        var result: [UInt8] = []
        var run: [UInt8] = []
        for byte in answer + [0x0A] {
            if isRandomLooking(byte) {
                run.append(byte)
                continue
            }
            result += run.count < 32 ? run : Array("<\(run.count)>".utf8)
            run.removeAll(keepingCapacity: true)
            result.append(byte)
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func isRandomLooking(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
    }
}
