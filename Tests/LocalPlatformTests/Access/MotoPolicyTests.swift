import Platform
import StrictJSON
import TestSupport
import Testing

@testable internal import LocalPlatform

/// Random policies judged by moto's evaluator as well, which is not ours.
///
/// moto knows actions and resources of identity policies; neither conditions nor `NotResource`, and `*` reaches over
/// colons there, so that those stay out of this comparison.
@Suite("Policies, judged by moto too")
struct MotoPolicyTests {
    private static let actions = [
        "s3:GetObject", "s3:PutObject", "s3:ListBucket", "sqs:SendMessage", "events:PutEvents",
    ]
    private static let actionPatterns = actions + ["*", "s3:*", "s3:Get*", "s3:*Object", "sqs:Send*", "events:*"]
    private static let resources = ["a", "b/c", "b/cd", "queue", "bus"].map { "arn:aws:svc:us-east-1:1:\($0)" }
    private static let resourcePatterns =
        resources + ["*"] + ["b/*", "*/c", "b*d", "*u*", "a*", "**"].map { "arn:aws:svc:us-east-1:1:\($0)" }

    private static func statement(_ random: inout SeededRandom) -> JSONTree {
        func some(_ values: [String], _ random: inout SeededRandom) -> JSONTree {
            let count = Int.random(in: 1...2, using: &random)
            let chosen = (0..<count).map { _ in JSONTree.string(values.randomElement(using: &random) ?? "*") }
            return count == 1 && Bool.random(using: &random) ? chosen[0] : .array(chosen)
        }
        let effect = Int.random(in: 0..<4, using: &random) == 0 ? "Deny" : "Allow"
        let action = Int.random(in: 0..<6, using: &random) == 0 ? "NotAction" : "Action"
        return .object([
            .init(name: "Effect", value: .string(effect)), .init(name: action, value: some(actionPatterns, &random)),
            .init(name: "Resource", value: some(resourcePatterns, &random)),
        ])
    }

    private static func policy(_ random: inout SeededRandom) -> JSONTree {
        let count = Int.random(in: 1...3, using: &random)
        return .object([
            .init(name: "Version", value: .string("2012-10-17")),
            .init(name: "Statement", value: .array((0..<count).map { _ in statement(&random) })),
        ])
    }

    private static let program = """
        import json, sys
        from moto.iam.access_control import IAMPolicy, PermissionResult
        for case in json.load(open(sys.argv[1])):
            results = [IAMPolicy(json.dumps(policy)).is_action_permitted(case["action"], case["resource"])
                       for policy in case["policies"]]
            if PermissionResult.DENIED in results:
                print("explicit")
            else:
                print("allowed" if PermissionResult.PERMITTED in results else "implicit")
        """

    private static func word(_ decision: AccessDecision) -> String {
        switch decision {
        case .allowed: "allowed"
        case .denied(.explicit): "explicit"
        case .denied(.implicit): "implicit"
        }
    }

    @Test("Two thousand of them get the same verdict")
    func verdicts() throws {
        var random = SeededRandom(stream: 0xACCE55)
        var cases: [JSONTree] = []
        var own: [String] = []
        for _ in 0..<2_000 {
            let policies = (0..<Int.random(in: 1...2, using: &random)).map { _ in Self.policy(&random) }
            let action = Self.actions.randomElement(using: &random) ?? ""
            let resource = Self.resources.randomElement(using: &random) ?? ""
            cases.append(
                .object([
                    .init(name: "policies", value: .array(policies)), .init(name: "action", value: .string(action)),
                    .init(name: "resource", value: .string(resource)),
                ]))
            let documents = try policies.map { try PolicyDocument($0, at: "random") }
            own.append(
                Self.word(AccessDecision.decide(PolicyBuilding.request(action, resource), identity: documents)))
        }
        let folder = try LocalAWSFixture.makeFolder()
        defer { _ = try? Command.run("/bin/rm", ["-rf", folder], environment: [:], folder: "/") }
        try Files.write(JSONTree.array(cases).compactText, to: "\(folder)/cases.json")
        let root = Files.parent(of: Files.parent(of: Files.parent(of: Files.parent(of: #filePath))))
        let result = try Command.run(
            "\(root)/.build/venv/bin/python", ["-I", "-c", Self.program, "\(folder)/cases.json"],
            environment: ["PATH": "/usr/bin:/bin"], folder: folder)
        #expect(result.status == 0, "\(result.output)")
        let judged = result.output.split(separator: "\n").map(String.init)
        #expect(judged.count == own.count)
        for (index, (mine, theirs)) in zip(own, judged).enumerated() where mine != theirs {
            Issue.record("\(mine) here, \(theirs) in moto, seed \(random.seed): \(cases[index].compactText)")
        }
        #expect(Set(own) == ["allowed", "explicit", "implicit"])
    }
}
