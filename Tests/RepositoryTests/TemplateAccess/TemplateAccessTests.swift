import Testing

@testable internal import LocalPlatform

/// What each role of the template may do against what it is needed for, decided by the evaluator of the local stack.
@Suite("Roles")
struct TemplateAccessTests {
    /// Roles that AWS's services use with policies of AWS's own, which are not in the template.
    static let others: Set<String> = ["DatabaseMonitoringRole", "ConfigRecorderRole"]

    /// A role with its policies as JSON, so that parts of them can be taken away.
    private struct Role {
        let name: String
        let documents: [(place: String, document: JSONTree)]

        private let policies: [PolicyDocument]

        init(_ name: String, _ documents: [(place: String, document: JSONTree)]) throws {
            self.name = name
            self.documents = documents
            policies = try documents.map { try PolicyDocument($0.document, at: $0.place) }
        }

        func decide(_ request: AccessRequest) -> AccessDecision {
            AccessDecision.decide(request, identity: policies)
        }
    }

    private func roles(_ deployed: DeployedTemplate) throws -> [Role] {
        try deployed.resources("AWS::IAM::Role").filter { !Self.others.contains($0.name) }.map { name, properties in
            let documents = try deployed.reader.policyTrees(of: properties, name, properties["RoleName"]?.text ?? name)
            return try Role(name, documents)
        }
    }

    @Test("Each may do everything that it is needed for", arguments: DeployedTemplate.variants)
    func enough(variant: Int) throws {
        let deployed = try DeployedTemplate.variant(variant)
        let needs = try NeededAccess(deployed: deployed).byRole()
        #expect(needs[""] == nil, "Somebody has no role of the template.")
        for role in try roles(deployed) {
            #expect(needs[role.name]?.isEmpty == false, "Nobody needs \(role.name).")
            for need in needs[role.name] ?? [] {
                let decision = role.decide(need.request)
                #expect(
                    decision == .allowed,
                    "\(role.name): \(need.request.action) on \(need.request.resource), \(need.reason)")
            }
        }
    }

    /// Permissions that nobody uses in one variant may be used in another.
    @Test("Each loses something that it is needed for with every single permission that is taken away")
    func noMore() throws {
        var unused: [String: Int] = [:]
        for variant in DeployedTemplate.variants {
            let deployed = try DeployedTemplate.variant(variant)
            let needs = try NeededAccess(deployed: deployed).byRole()
            for permission in try roles(deployed).flatMap({ try permissions(of: $0, needs[$0.name] ?? []) }) {
                unused[permission.name, default: 0] += permission.isUsed ? 1 : 0
            }
        }
        #expect(unused.count >= 60)
        for name in unused.keys.sorted() where unused[name] == 0 { Issue.record("Nobody needs \(name).") }
    }

    /// Every action on every resource that a role is allowed, and whether a need is denied without it.
    private func permissions(
        of role: Role, _ needs: [NeededAccess.Need]
    ) throws -> [(name: String, isUsed: Bool)] {
        var found: [(name: String, isUsed: Bool)] = []
        for (index, (place, document)) in role.documents.enumerated() {
            for pair in PolicyPairs(document).all {
                var documents = role.documents
                documents[index].document = PolicyPairs(document).without(pair)
                let lesser = try Role(role.name, documents)
                let isUsed = needs.contains { lesser.decide($0.request) != .allowed }
                found.append(("\(place): \(pair.action) on \(pair.resource)", isUsed))
            }
        }
        return found
    }

    /// Service Authorization Reference: actions without a resource type, or whose resource is not known beforehand.
    static let wide: [String: String] = [
        "xray:PutTelemetryRecords": "has no resource type", "xray:PutTraceSegments": "has no resource type",
        "ec2:AssignPrivateIpAddresses": "of an interface that Lambda makes", "ec2:CreateNetworkInterface": "makes one",
        "ec2:DeleteNetworkInterface": "of an interface that Lambda makes",
        "ec2:DescribeNetworkInterfaces": "has no resource type", "ec2:DescribeSubnets": "has no resource type",
        "ec2:UnassignPrivateIpAddresses": "of an interface that Lambda makes",
    ]

    @Test("Every resource at once is allowed only where the API has no narrower form")
    func wideResources() throws {
        for variant in DeployedTemplate.variants {
            let deployed = try DeployedTemplate.variant(variant)
            for role in try roles(deployed) {
                for pair in role.documents.flatMap({ PolicyPairs($0.document).all }) where pair.resource == "*" {
                    #expect(Self.wide[pair.action] != nil, "\(role.name): \(pair.action)")
                }
                let actions = role.documents.flatMap { PolicyPairs($0.document).all.map(\.action) }
                #expect(!actions.contains { $0.contains("*") || $0.contains("?") }, "\(role.name)")
            }
        }
    }

    @Test("Code of a function may not do with the network what Lambda does for it")
    func networkIsLambdas() throws {
        let deployed = try DeployedTemplate.variant(0)
        for function in deployed.template.functions {
            let role = try #require(function.role)
            for action in NeededAccess.networkActions {
                let request = AccessRequest(
                    principal: role.principal(of: function.functionName), action: "ec2:\(action)", resource: "*",
                    context: ["lambda:SourceFunctionArn": [function.arn]])
                #expect(role.decide(request) == .denied(.explicit(.identity)), "\(function.name) \(action)")
            }
        }
    }
}

/// The allowed pairs of action and resource of a policy, and the policy without one of them.
struct PolicyPairs {
    struct Pair: Equatable {
        let statement: Int
        let action: String
        let resource: String
    }

    private let document: JSONTree

    init(_ document: JSONTree) {
        self.document = document
    }

    private var statements: [JSONTree] {
        let list = document["Statement"] ?? .null
        return list.elements.isEmpty ? [list] : list.elements
    }

    private static func texts(_ tree: JSONTree?) -> [String] {
        tree?.text.map { [$0] } ?? tree?.elements.compactMap(\.text) ?? []
    }

    var all: [Pair] {
        statements.enumerated().flatMap { index, statement -> [Pair] in
            guard statement["Effect"]?.text == "Allow" else { return [] }
            return Self.texts(statement["Action"]).flatMap { action in
                Self.texts(statement["Resource"]).map { Pair(statement: index, action: action, resource: $0) }
            }
        }
    }

    func without(_ pair: Pair) -> JSONTree {
        var kept: [JSONTree] = []
        for (index, statement) in statements.enumerated() {
            guard index == pair.statement else {
                kept.append(statement)
                continue
            }
            let actions = Self.texts(statement["Action"])
            let resources = Self.texts(statement["Resource"])
            kept.append(contentsOf: Self.part(statement, actions.filter { $0 != pair.action }, resources))
            kept.append(contentsOf: Self.part(statement, [pair.action], resources.filter { $0 != pair.resource }))
        }
        return .object([
            .init(name: "Version", value: document["Version"] ?? .null), .init(name: "Statement", value: .array(kept)),
        ])
    }

    /// The statement for these actions and resources alone; none where there is none of one.
    private static func part(_ statement: JSONTree, _ actions: [String], _ resources: [String]) -> [JSONTree] {
        guard !actions.isEmpty, !resources.isEmpty else { return [] }
        let changed = statement.members.map { member in
            switch member.name {
            case "Action": JSONTree.Member(name: "Action", value: .array(actions.map { .string($0) }))
            case "Resource": JSONTree.Member(name: "Resource", value: .array(resources.map { .string($0) }))
            default: member
            }
        }
        return [.object(changed)]
    }
}
