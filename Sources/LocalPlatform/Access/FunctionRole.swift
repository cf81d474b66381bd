/// The execution role of a function: what it may do in AWS.
package struct FunctionRole: Sendable {
    /// Name of the role, as in ARNs.
    package let name: String
    /// `arn:aws:iam::123456789012:role/NAME`.
    package let arn: String
    let policies: [PolicyDocument]
    let boundary: PolicyDocument?

    /// The principal of calls that the function of this name makes.
    func principal(of functionName: String) -> AccessPrincipal {
        let account = arn.split(separator: ":", omittingEmptySubsequences: false).dropFirst(4).first ?? ""
        return .role(arn: arn, session: "arn:aws:sts::\(account):assumed-role/\(name)/\(functionName)")
    }

    /// Decides about one action on one resource, by the role and by the policy of the resource, if it has one.
    func decide(_ request: AccessRequest, resource: PolicyDocument? = nil) -> AccessDecision {
        AccessDecision.decide(request, identity: policies, boundary: boundary, resource: resource)
    }
}
