/// Why there are no keys; says nothing about them.
package enum AuthKeyError: Error, Hashable, Sendable {
    /// The stored text is not a document of keys; `place` is a JSON pointer or a rule's name.
    case malformed(place: String)
    /// They could not be fetched, and none are kept, or the kept ones are too old to be used.
    case unavailable
    /// Nothing is stored yet.
    case empty
    /// No key has this identifier.
    case unknownKey
    /// The document has no room for another root.
    case tooManyRoots
    /// The machine gave no random bytes or no memory.
    case cryptography
}

extension AuthKeyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let place): "the stored keys are malformed at \(place)"
        case .unavailable: "the keys cannot be fetched"
        case .empty: "no keys are stored yet"
        case .unknownKey: "no key has this identifier"
        case .tooManyRoots: "there is no room for another root"
        case .cryptography: "a key could not be made"
        }
    }
}
