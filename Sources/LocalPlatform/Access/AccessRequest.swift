/// Something that somebody asks to do, as policies see it.
struct AccessRequest: Sendable {
    let principal: AccessPrincipal
    /// Such as `s3:PutObject`.
    let action: String
    /// The ARN of what it is done to.
    let resource: String
    /// What is known of the request, by condition key in lower case.
    private let context: [String: [String]]

    /// - Parameter context: values by condition key; names of keys are compared without case.
    init(principal: AccessPrincipal, action: String, resource: String, context: [String: [String]] = [:]) {
        self.principal = principal
        self.action = action
        self.resource = resource
        self.context = Dictionary(context.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
    }

    /// The values of a condition key; nil where the request has none.
    func values(of key: String) -> [String]? { context[key.lowercased()] }
}

/// Who asks.
enum AccessPrincipal: Sendable, Equatable {
    /// A session of a role: `arn:aws:iam::123456789012:role/R`, `arn:aws:sts::123456789012:assumed-role/R/session`.
    case role(arn: String, session: String)
    /// A service of AWS, such as `events.amazonaws.com`.
    case service(String)

    /// How refusals name it.
    var name: String {
        switch self {
        case .role(_, let session): session
        case .service(let name): name
        }
    }
}
