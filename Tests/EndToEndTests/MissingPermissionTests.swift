import TestSupport
import Testing

@testable import LocalPlatform

/// Real functions with a role that lacks one statement of template.json.
@Suite("A permission that the template forgets")
struct MissingPermissionTests {
    struct Case: CustomTestStringConvertible {
        let role: String
        let statement: String
        let function: String
        let event: String
        let refused: String

        var testDescription: String { "\(role) without \(statement)" }
    }

    private static func row(
        _ role: String, _ statement: String, _ function: String, _ event: String, _ refused: String
    ) -> Case {
        Case(role: role, statement: statement, function: function, event: event, refused: refused)
    }

    static let rows: [Case] = [
        row("LoyaltyRole", "Events", "loyalty", "comic-read", "events:PutEvents"),
        row("LedgerAuditRole", "Events", "ledger-audit", "nightly-audit", "events:PutEvents"),
        row("LedgerAuditRole", "Anchors", "ledger-audit", "nightly-audit", "s3:PutObject"),
        row("NotificationRole", "Mail", "notification", "user-signed-up", "ses:SendEmail"),
        row("NotificationRole", "Secrets", "notification", "user-signed-up", "secretsmanager:GetSecretValue"),
        row("AuthPasswordRole", "Events", "auth-password", "auth-signup", "events:PutEvents"),
        row("AuthRole", "Secrets", "auth", "auth-profile", "secretsmanager:GetSecretValue"),
        row("ProvisionRole", "ReadKeys", "provision", "rotate-keys", "secretsmanager:GetSecretValue"),
        row("ProvisionRole", "WriteKeys", "provision", "rotate-keys", "secretsmanager:PutSecretValue"),
        row("ProvisionRole", "Publish", "provision", "rotate-keys", "s3:PutObject"),
    ]

    @Test("is missed on this machine, by the function that needs it, in AWS's words", arguments: rows)
    func missing(row: Case) throws {
        try withDatabase { database in
            let tool = try InvokeLocal(database)
            let whole = try JSONTree(parsing: try Files.read("\(tool.folder)/template.json"))
            let path = ["Resources", row.role, "Properties", "Policies", "0", "PolicyDocument", "Statement"]
            let lesser = try Self.changed(whole, at: path[...]) { statements in
                let kept = statements.elements.filter { $0["Sid"]?.text != row.statement }
                #expect(kept.count == statements.elements.count - 1)
                return .array(kept)
            }
            try Files.write(lesser.compactText, to: "\(tool.folder)/template.json")
            let output = try tool.run(row.function, "events/\(row.event).json", "--no-build").output
            #expect(output.contains("\(row.function) called \(row.refused) and was refused: AccessDenied"), "\(output)")
            #expect(output.contains("assumed-role/\(row.role)/nerdwork-\(row.function)"), "\(output)")
        }
    }

    /// The tree with the value at the end of the path replaced; numbers are indices of arrays.
    static func changed(
        _ tree: JSONTree, at path: ArraySlice<String>, _ change: (JSONTree) -> JSONTree
    ) throws -> JSONTree {
        guard let step = path.first else { return change(tree) }
        if let index = Int(step) {
            var elements = tree.elements
            try #require(elements.indices.contains(index))
            elements[index] = try changed(elements[index], at: path.dropFirst(), change)
            return .array(elements)
        }
        try #require(tree[step] != nil, "\(step)")
        return .object(
            try tree.members.map { member in
                guard member.name == step else { return member }
                return JSONTree.Member(name: step, value: try changed(member.value, at: path.dropFirst(), change))
            })
    }
}
