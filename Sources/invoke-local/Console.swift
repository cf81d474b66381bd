internal import Platform

/// Writes the result to standard output and everything else to standard error, one `write` for each line.
struct Console: Sendable {
    enum Style: String, Sendable {
        case plain = ""
        case faint = "\u{1B}[2m"
        case bold = "\u{1B}[1m"
        case red = "\u{1B}[31m"
        case green = "\u{1B}[32m"
    }

    let isQuiet: Bool
    private let hasColours: Bool

    /// Colours only where a person looks on, and not where `NO_COLOR` is set (no-color.org).
    init(quiet: Bool = false) {
        isQuiet = quiet
        let noColour = unsafe getenv("NO_COLOR").map { unsafe $0.pointee != 0 } ?? false
        hasColours = isatty(STDERR_FILENO) == 1 && !noColour
    }

    /// The result itself.
    func result(_ text: String) {
        Self.write(text + "\n", to: STDOUT_FILENO)
    }

    /// What is being done, and what came of it.
    func note(_ text: String, _ style: Style = .plain) {
        guard !isQuiet else { return }
        Self.write(styled(text, style) + "\n", to: STDERR_FILENO)
    }

    func progress(_ text: String) {
        note(text, .faint)
    }

    /// A line of Lambda or of the function.
    func log(_ line: String) {
        note("  " + line, .faint)
    }

    /// Why it cannot be done; said in any case.
    func failure(_ text: String) {
        Self.write(styled("invoke-local: \(text)", .red) + "\n", to: STDERR_FILENO)
    }

    private func styled(_ text: String, _ style: Style) -> String {
        hasColours && style != .plain ? "\(style.rawValue)\(text)\u{1B}[0m" : text
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Platform.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(0, count))
        }
    }
}
