internal import Synchronization

/// Which permissions of the functions' roles were used by calls that were really made.
///
/// A permission is one action on one resource of a statement that allows. A call counts for the first one that allows it:
/// another one that says the same again is needed by nobody.
package final class AccessRecord: Sendable {
    private let permissions: [RolePermission]
    private let uses: Mutex<[Int]>

    init(_ template: Template) {
        permissions = template.functions.flatMap { RolePermission.all(of: $0, in: template) }
        uses = Mutex(Array(repeating: 0, count: permissions.count))
    }

    /// All permissions, in the order of the template, with what was made of them so far.
    package var all: [RolePermission] {
        uses.withLock { uses in
            zip(permissions, uses).map { permission, count in
                var permission = permission
                permission.uses = count
                return permission
            }
        }
    }

    /// Counts a call that was allowed.
    func count(_ request: AccessRequest, by function: String) {
        let place = permissions.firstIndex { $0.function.utf8.elementsEqual(function.utf8) && $0.allows(request) }
        guard let place else { return }
        uses.withLock { $0[place] += 1 }
    }
}

/// One action on one resource that the role of a function allows.
package struct RolePermission: Sendable {
    /// Name of the function.
    package let function: String
    package let role: String
    /// `Sid` of the statement; its number in its policy where it has none, as `#2`.
    package let statement: String
    /// As the template writes it; `not …` for what a negation leaves.
    package let action: String
    package let resource: String
    /// Whether calls of this action on this resource are played here: others are Lambda's own doing, or nobody's.
    package let isPlayed: Bool
    /// How many calls it has allowed so far.
    package internal(set) var uses = 0
    private let part: PolicyStatement
    private let hasVariables: Bool

    fileprivate static func all(of function: TemplateFunction, in template: Template) -> [RolePermission] {
        guard let role = function.role else { return [] }
        return role.policies.flatMap { policy in
            policy.statements.enumerated().filter { $0.element.effect == .allow }.flatMap { number, statement in
                statement.parts.map {
                    RolePermission(
                        function, role, $0, named: statement.sid ?? "#\(number + 1)",
                        hasVariables: policy.hasVariables, template)
                }
            }
        }
    }

    private init(
        _ function: TemplateFunction, _ role: FunctionRole, _ part: PolicyStatement, named statement: String,
        hasVariables: Bool, _ template: Template
    ) {
        func text(_ side: (patterns: [String], isNot: Bool)?) -> String {
            guard let side else { return "" }
            return (side.isNot ? "not " : "") + side.patterns.joined(separator: ", ")
        }
        self.function = function.name
        self.role = role.name
        self.statement = statement
        action = text(part.actions)
        resource = text(part.resources)
        isPlayed = AWSOperation.served.contains { action in
            // The login of the database's owner is RDS's own secret, which is not here.
            let isHere = !action.hasPrefix("secretsmanager:") || template.secrets.contains { part.covers($0.arn) }
            return isHere && part.names(action)
        }
        self.part = part
        self.hasVariables = hasVariables
    }

    fileprivate func allows(_ request: AccessRequest) -> Bool {
        part.applies(to: request, hasVariables: hasVariables)
    }
}
