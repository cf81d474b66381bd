import Codecs

/// The time that a statement is about: from the first moment up to the second, which it leaves out.
///
/// Nil is without end.
struct Period: Hashable, Sendable {
    var start: Timestamp?
    var end: Timestamp?

    /// Whether it ends before it begins.
    var isBackwards: Bool {
        guard let start, let end else { return false }
        return end < start
    }

    /// The beginning: of a whole UTC day, `2026-11-21`, or a moment of RFC 3339; nil for anything else.
    static func start(_ text: String) -> Timestamp? {
        RFC3339.parseDay(text.utf8)?.start ?? RFC3339.parse(text.utf8)
    }

    /// The end: of a whole UTC day, which belongs to the period, or a moment, which does not; nil for anything else.
    static func end(_ text: String) -> Timestamp? {
        RFC3339.parseDay(text.utf8)?.advanced(by: 1).start ?? RFC3339.parse(text.utf8)
    }
}
