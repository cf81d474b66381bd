/// What the policies that concern a request make of it together.
enum AccessDecision: Equatable, Sendable {
    case allowed
    case denied(Reason)

    /// Why a request was denied.
    enum Reason: Equatable, Sendable {
        /// A statement of this kind of policy denies it.
        case explicit(Policy)
        /// No policy of this kind allows it.
        case implicit(Policy)
    }

    /// Kinds of policies, as AWS names them in its refusals.
    enum Policy: String, Equatable, Sendable {
        case identity = "identity-based policy"
        case resource = "resource-based policy"
        case boundary = "permissions boundary"
    }

    /// Decides within one account (IAM user guide, "Policy evaluation logic"): an explicit denial in any policy first;
    /// then the policy of the resource may allow it, or those of the principal within its boundary.
    static func decide(
        _ request: AccessRequest, identity: [PolicyDocument], boundary: PolicyDocument? = nil,
        resource: PolicyDocument? = nil
    ) -> AccessDecision {
        let own = identity.compactMap { $0.verdict(on: request) }
        let ofResource = resource?.verdictOfResource(on: request)
        let ofBoundary = boundary?.verdict(on: request)
        if own.contains(.deny) { return .denied(.explicit(.identity)) }
        if ofResource == .deny { return .denied(.explicit(.resource)) }
        if ofBoundary == .deny { return .denied(.explicit(.boundary)) }
        if ofResource == .allow { return .allowed }
        guard own.contains(.allow) else { return .denied(.implicit(.identity)) }
        return boundary == nil || ofBoundary == .allow ? .allowed : .denied(.implicit(.boundary))
    }
}

extension AccessDecision.Reason {
    /// The end of a refusal (IAM user guide, "Troubleshoot access denied error messages").
    func text(action: String) -> String {
        switch self {
        case .explicit(.boundary): "with an explicit deny in a permissions boundary"
        case .explicit(.identity): "with an explicit deny in an identity-based policy"
        case .explicit(.resource): "with an explicit deny in a resource-based policy"
        case .implicit(let policy): "because no \(policy.rawValue) allows the \(action) action"
        }
    }
}
