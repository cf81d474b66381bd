package import AuthKeys

/// What one run is for.
package enum ProvisionTask: Hashable, Sendable {
    /// Everything that a release needs: migrations, logins, keys.
    case migrate
    /// The same for a stack, which is told what to give CloudFront as well.
    case deploy
    /// The stack says which version of the front door's secret CloudFront shows.
    case shown(version: String)
    /// The keys alone: what is due, and what somebody wishes.
    case keys(KeyRotation.Wish)
    /// One step of the rotation of a secret.
    case secret(RotationRequest)

    /// Reads the words of a command: `migrate`, `rotate-keys`, `revoke-key <kid>`, `rotate-root`; nil for others.
    package init?(words: [String]) {
        switch words.first {
        case "migrate" where words.count == 1: self = .migrate
        case "rotate-keys" where words.count == 1: self = .keys(.nothing)
        case "rotate-root" where words.count == 1: self = .keys(.newRoot)
        case "revoke-key" where words.count == 2 && !words[1].isEmpty: self = .keys(.revoke(kid: words[1]))
        default: return nil
        }
    }
}
