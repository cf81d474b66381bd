/// Why a text was refused, and where; never what it held.
package struct JSONError: Error, Hashable, Sendable {
    /// The reason, stable enough to act on.
    package enum Code: String, Sendable {
        /// Not JSON (RFC 8259), or more text behind the value.
        case syntax
        /// Two members of one object have the same name.
        case duplicateMember
        /// Nested deeper than allowed.
        case depth
        /// More bytes, values or members of one object than allowed.
        case size
        /// Not UTF-8.
        case encoding
        /// An escaped surrogate without its partner.
        case loneSurrogate
        /// A number that no double can hold: too large, or so small that it would become zero.
        case number
        /// A member that must be there is absent.
        case missingMember
        /// A value of another kind than asked for.
        case type
        /// A value of the right kind that is not allowed here: too long, too large, too small, or not one of a set.
        case range
        /// A member that nobody asked for, where only known members are allowed.
        case unknownMember
    }

    package let code: Code
    /// The place as an RFC 6901 pointer; "" is the whole text.
    ///
    /// For an error of syntax it is the value that had begun last. A member name that is not a plain identifier of up
    /// to 64 characters shows as `?`, because names can carry personal data too.
    package let pointer: String
    /// The place in the source, in bytes from its beginning.
    package let offset: Int

    package init(code: Code, pointer: String, offset: Int) {
        self.code = code
        self.pointer = pointer
        self.offset = offset
    }
}

extension JSONError: CustomStringConvertible {
    package var description: String {
        "JSON \(code.rawValue) at \"\(pointer)\", byte \(offset)"
    }
}
