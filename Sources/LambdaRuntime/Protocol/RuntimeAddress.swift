/// Where the Runtime API is: `AWS_LAMBDA_RUNTIME_API`, in all the forms that it is seen in.
///
/// `127.0.0.1:9001`, `[::1]:9001`, `localhost:9001`, `http://127.0.0.1:9000/.rt/function`.
struct RuntimeAddress: Equatable, Sendable {
    /// Scheme, host, port and base path, without a slash at the end.
    let base: String

    /// Reads the variable's value; nil where it is empty or could not stand in a URL.
    init?(_ text: String) {
        let isPrintable = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3F && $0 != 0x23 }
        guard !text.isEmpty, text.utf8.count <= 1024, isPrintable else { return nil }
        var rest = Substring(text)
        var scheme = "http://"
        for known in ["http://", "https://"] where text.lowercased().hasPrefix(known) {
            scheme = known
            rest = text.dropFirst(known.count)
        }
        while rest.hasSuffix("/") { rest.removeLast() }
        guard let first = rest.first, first != "/" else { return nil }
        base = scheme + rest
    }
}
