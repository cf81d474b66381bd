package import AuthKeys
internal import StrictJSON

/// What one run found and did to the keys; holds nothing secret.
package struct KeyReport: Sendable {
    package let changes: [KeyChange]
    /// The identifier of the key that signs.
    package let active: String
    /// How many keys verifiers find.
    package let published: Int

    var lines: [String] {
        changes.map(Self.line) + ["\(active) signs; \(published) keys are published"]
    }

    private static func line(_ change: KeyChange) -> String {
        switch change {
        case .addRoot: "made a new root"
        case .generate(let state): state == .active ? "made the first key" : "made the next key"
        case .activate(let kid): "\(kid) signs from now on"
        case .revoke(let kid): "\(kid) is revoked"
        case .drop(let kid): "\(kid) is forgotten"
        }
    }

    func write(to object: inout JSONObjectWriter) {
        object.member("active", active)
        object.member("published", published)
        object.member("changes", changes.map(Self.line))
    }
}
