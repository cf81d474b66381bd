/// Why provisioning stopped, beside what database, AWS and keys report themselves.
package enum ProvisionError: Error, Hashable, Sendable {
    /// An environment variable, and what is wrong with it.
    case variable(String, String)
    /// The secret holds none of the keys that the database knows: it was emptied, or is another deployment's.
    case keysLost
}

extension ProvisionError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .variable(let name, let reason): "environment variable \(name) \(reason)"
        case .keysLost:
            """
            the secret holds none of the keys that the database knows, and new ones would make every password \
            unreadable: restore the secret, or empty auth.signing_keys to begin anew
            """
        }
    }
}
