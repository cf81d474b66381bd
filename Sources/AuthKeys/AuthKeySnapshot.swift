/// The keys of one moment, ready to be used.
package struct AuthKeySnapshot: Sendable {
    /// The identifier of the key that signs.
    package let kid: String
    package let roots: RootKeys

    /// Throws `.malformed` where the keys are not what the document says of them, and `.cryptography`.
    package init(_ document: AuthKeyDocument) throws(AuthKeyError) {
        guard let active = document.active else { throw .malformed(place: "signing: one active key") }
        kid = active.kid
        roots = try RootKeys(document.roots)
    }
}
