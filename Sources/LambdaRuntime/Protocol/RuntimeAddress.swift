/// Where the Runtime API is: `AWS_LAMBDA_RUNTIME_API`, in all the forms that it is seen in.
///
/// `127.0.0.1:9001`, `[::1]:9001`, `localhost:9001`, `http://127.0.0.1:9000/.rt/function`.
struct RuntimeAddress: Equatable, Sendable {
    /// Scheme, host and port.
    let origin: String
    /// The base path, without a slash at the end; mostly empty.
    let path: String

    /// Reads the variable's value; nil where it is empty or could not stand in a URL.
    init?(_ text: String) {
        let isPrintable = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3F && $0 != 0x23 }
        guard !text.isEmpty, text.utf8.count <= 1024, isPrintable else { return nil }
        let bytes = Array(text.utf8)
        let isSecure = Self.begins(bytes, "https://")
        let start = isSecure ? 8 : Self.begins(bytes, "http://") ? 7 : 0
        var end = bytes.count
        while end > start && bytes[end - 1] == 0x2F { end -= 1 }
        guard start < end, bytes[start] != 0x2F else { return nil }
        let hostEnd = bytes[start..<end].firstIndex(of: 0x2F) ?? end
        origin = (isSecure ? "https://" : "http://") + String(decoding: bytes[start..<hostEnd], as: UTF8.self)
        path = String(decoding: bytes[hostEnd..<end], as: UTF8.self)
    }

    /// Whether the text begins so; letters of the scheme may have either case (RFC 3986, section 3.1).
    private static func begins(_ bytes: [UInt8], _ scheme: StaticString) -> Bool {
        scheme.withUTF8Buffer { scheme in
            guard bytes.count >= scheme.count else { return false }
            for index in 0..<scheme.count where unsafe bytes[index] | 0x20 != scheme[index] | 0x20 { return false }
            return true
        }
    }
}
