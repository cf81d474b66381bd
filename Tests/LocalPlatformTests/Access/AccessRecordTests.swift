import Testing

@testable internal import LocalPlatform

/// Calls of a function, and what is kept of the permissions that they needed.
@Suite("Permissions that calls have used")
struct AccessRecordTests {
    /// What was called, and what the record says of it then: `statement action resource uses`.
    private func record(_ calls: [AWSCaller.Call], more: String = "") throws -> [String] {
        let folder = try LocalAWSFixture.makeFolder()
        defer { _ = try? Command.run("/bin/rm", ["-rf", folder], environment: [:], folder: "/") }
        let aws = try LocalAWS(
            folder: "\(folder)/.nerdwork", template: AccessDeniedTests.template(without: nil, more: more),
            keyFolder: "\(folder)/user"
        ) { _ in }
        let endpoint = try aws.endpoint(for: "loyalty")
        defer { endpoint.stop() }
        for call in calls { _ = try AWSCaller(endpoint.access).send(call) }
        return aws.access.all.map {
            "\($0.statement) \($0.action) \($0.resource.split(separator: ":").last ?? "") \($0.uses)"
        }
    }

    private static let unused =
        #",{"Sid":"Never","Effect":"Allow","Action":["s3:PutObject","dynamodb:GetItem"],"Resource":["arn:aws:s3:::a/*","arn:aws:s3:::b/*"]}"#

    @Test("Each call counts for the permission that allowed it; what was refused counts for none")
    func counted() throws {
        let keys = AWSCaller.Call.secretValue(#"{"SecretId":"keys"}"#)
        let calls = [
            keys, keys, .secretValue(#"{"SecretId":"other"}"#), AccessDeniedTests.mail(),
            AccessDeniedTests.mail(from: "b@mail.nerdwork.example"), AccessDeniedTests.events("nerdwork.wallet"),
            AccessDeniedTests.events("nerdwork.loyalty", "nerdwork.loyalty"),
        ]
        let used = try record(calls).filter { !$0.hasSuffix(" 0") }.map { String($0.drop { $0 != " " }.dropFirst()) }
        #expect(
            used.sorted() == [
                "events:PutEvents event-bus/nerdwork 2", "secretsmanager:GetSecretValue \(Self.suffix("keys", used)) 2",
                "ses:SendEmail configuration-set/security 1", "ses:SendEmail identity/mail.nerdwork.example 1",
            ])
    }

    /// The six characters behind a secret's name.
    private static func suffix(_ name: String, _ lines: [String]) -> String {
        lines.lazy.flatMap { $0.split(separator: " ") }.first { $0.hasPrefix("\(name)-") }.map(String.init) ?? ""
    }

    @Test(
        "A statement that nothing uses is told, with each action on each resource, and so is one that says the same again"
    )
    func unused() throws {
        let again =
            #",{"Effect":"Allow","Action":"events:*","Resource":"*"},{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#
        let found = try record([AccessDeniedTests.events("nerdwork.loyalty")], more: Self.unused + again).suffix(5)
        #expect(
            Array(found) == [
                "Never s3:PutObject a/* 0", "Never s3:PutObject b/* 0", "Never dynamodb:GetItem a/* 0",
                "Never dynamodb:GetItem b/* 0", "#8 events:* * 0",
            ])
    }

    @Test("Which permissions no call here could use is told as well")
    func played() throws {
        let template = try AccessDeniedTests.template(without: nil, more: Self.unused)
        let permissions = AccessRecord(template).all
        #expect(permissions.filter { !$0.isPlayed }.map(\.action) == ["dynamodb:GetItem", "dynamodb:GetItem"])
        #expect(permissions.allSatisfy { $0.function == "loyalty" && $0.role == "Role" })
    }
}
