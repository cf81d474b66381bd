/// Why provisioning stopped, beside what database, AWS and keys report themselves.
package enum ProvisionError: Error, Hashable, Sendable {
    /// An environment variable, and what is wrong with it.
    case variable(String, String)
    /// The secret holds none of the keys that the database knows: it was emptied, or is another deployment's.
    case keysLost
    /// A secret has no value or another form; which one, and what is wrong with it.
    case secret(String)
    /// A step of a rotation that cannot be done.
    case rotation(String)
    /// What went wrong cannot be told without telling a secret.
    case withheld
}

extension ProvisionError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .variable(let name, let reason): "environment variable \(name) \(reason)"
        case .secret(let reason): "secret: \(reason)"
        case .rotation(let reason): "rotation: \(reason)"
        case .withheld: "the reason is withheld: it holds a secret"
        case .keysLost:
            """
            the secret holds none of the keys that the database knows, and new ones would make every password \
            unreadable: restore the secret, or empty auth.signing_keys to begin anew
            """
        }
    }
}
