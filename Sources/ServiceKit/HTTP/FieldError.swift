import StrictJSON

/// What is wrong with one member of a body.
package struct FieldError: Hashable, Sendable {
    /// The member's place (RFC 6901).
    package let pointer: String
    /// Stable, in snake case, such as `too_short`.
    package let code: String
    /// The least that is allowed, where that is the reason.
    package let min: Int?
    /// The most that is allowed, where that is the reason.
    package let max: Int?

    package init(pointer: String, code: String, min: Int? = nil, max: Int? = nil) {
        self.pointer = pointer
        self.code = code
        self.min = min
        self.max = max
    }

    func write(to writer: inout JSONObjectWriter) {
        writer.member("pointer", pointer)
        writer.member("code", code)
        writer.optional("min", min)
        writer.optional("max", max)
    }
}
