import AWSClient
import AuthKeys
import Migrations
import PostgresClient
import Testing

@testable import ProvisionService

struct CommandTests {
    private func run(
        _ arguments: [String], _ variables: [String: String] = CustomResourceTests.variables,
        _ provision: (ProvisionSettings, ProvisionTask) throws -> ProvisionReport = { _, _ in
            CustomResourceTests.report
        }
    ) -> (status: Int32, said: [String], complaints: [String]) {
        var (said, complaints): ([String], [String]) = ([], [])
        let status = ProvisionCommand.run(
            arguments: arguments, environment: { variables[$0] }, say: { said.append($0) },
            complain: { complaints.append($0) }, provision: provision)
        return (status.rawValue, said, complaints)
    }

    @Test("one line for each migration and each role")
    func lines() {
        let result = run(["migrate"])
        #expect(result.status == 0)
        #expect(result.said == ["applied migration 6 (loyalty)", "nerdwork_loyalty can log in now"])
        #expect(result.complaints.isEmpty)
    }

    @Test("nothing to do is said")
    func nothing() {
        let report = ProvisionReport(applied: [], version: 6, logins: [.init(role: .ledgerAudit, isChanged: false)])
        let result = run(["migrate"]) { _, _ in report }
        #expect(
            result.said == [
                "nothing to apply: the database is at migration 6", "nerdwork_ledger_audit could log in already",
            ])
    }

    @Test(
        "wrong arguments end with 64 and one sentence",
        arguments: [
            [], ["up"], ["migrate", "now"], ["--help"], [""], ["revoke-key"], ["revoke-key", ""],
            ["revoke-key", "a", "b"], ["rotate-keys", "now"], ["rotate-root", "2"],
        ])
    func usage(arguments: [String]) {
        let result = run(arguments)
        #expect(result.status == 64)
        #expect(result.said.isEmpty)
        #expect(result.complaints == [ProvisionCommand.usage])
        #expect(!ProvisionCommand.usage.contains("\n"))
    }

    @Test("the keys' commands, and what they say")
    func keys() {
        let report = ProvisionReport(
            keys: KeyReport(changes: [.revoke(kid: "k-1"), .activate(kid: "k-2")], active: "k-2", published: 2))
        let result = run(["revoke-key", "k-1"]) { _, task in
            #expect(task == .keys(.revoke(kid: "k-1")))
            return report
        }
        #expect(result.status == 0)
        #expect(
            result.said == ["k-1 is revoked", "k-2 signs from now on", "k-2 signs; 2 keys are published"])
    }

    @Test(
        "the exit status tells what kind of failure it was",
        arguments: [
            (DatabaseError(.connection, "refused"), 69), (DatabaseError(.authentication, "no"), 69),
            (DatabaseError(.server, "no such role"), 70), (MigrationError.notConsecutive(number: 3), 70),
            (AWSError(.credentials, status: 403), 69), (AWSError(.configuration), 78), (AWSError(.rejected), 70),
            (AuthKeyError.unknownKey, 70), (ProvisionError.keysLost, 70),
        ] as [(any Error & Sendable, Int32)])
    func failures(error: any Error & Sendable, status: Int32) {
        let result = run(["migrate"]) { _, _ in throw error }
        #expect(result.status == status)
        #expect(result.complaints.count == 1)
    }

    @Test(
        "a missing or wrong variable is named and ends with 78",
        arguments: [
            ("PGHOST", ""), ("PGDATABASE", ""), ("PGUSER", ""), ("PGPORT", "x"),
            ("LOYALTY_PASSWORD", String(repeating: "x", count: 1_025)), ("DISCOVERY_BUCKET", ""),
            ("DISCOVERY_BUCKET", "No_Bucket"), ("TOKEN_ISSUER", ""), ("TOKEN_ISSUER", "https://issuer.test/"),
            ("TOKEN_ISSUER", "ftp://issuer.test"), ("TOKEN_ISSUER", "https://issuer.test/a b"),
        ])
    func configuration(name: String, value: String) {
        var variables = CustomResourceTests.variables.merging(Self.keyVariables) { $1 }
        variables[name] = value
        let result = run(["migrate"], variables)
        #expect(result.status == 78)
        #expect(result.complaints.count == 1 && result.complaints[0].contains(name))
    }

    static let keyVariables = [
        "AUTH_KEYS_SECRET_ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:keys",
        "DISCOVERY_BUCKET": "nerdwork-discovery", "TOKEN_ISSUER": "https://issuer.test",
    ]

    @Test("a role's password is in one variable or in a secret, the owner's login in a secret as well")
    func secrets() throws {
        var variables = CustomResourceTests.variables
        variables["LOYALTY_LOGIN_SECRET_ARN"] = "arn:loyalty"
        let both = run(["migrate"], variables)
        #expect(both.status == 78 && both.complaints[0].contains("LOYALTY_PASSWORD"))
        variables["LOYALTY_PASSWORD"] = ""
        variables["PGUSER"] = nil
        #expect(run(["migrate"], variables).status == 78, "nobody knows the owner")
        variables["DATABASE_SECRET_ARN"] = "arn:owner"
        let settings = try ProvisionSettings { variables[$0] }
        #expect(settings.ownerSecret?.id == "arn:owner" && settings.ownerSecret?.user == nil)
        guard case .secret(id: "arn:loyalty") = settings.logins.first?.password else {
            Issue.record("\(settings)")
            return
        }
        #expect(run(["migrate"], variables).status == 0)
    }

    @Test("printing the settings shows no password, and an empty password leaves its role alone")
    func settings() throws {
        var variables = CustomResourceTests.variables
        variables["LEDGER_AUDIT_PASSWORD"] = ""
        let settings = try ProvisionSettings { variables[$0] }
        #expect(settings.logins.map(\.role) == [.loyalty])
        var dumped = ""
        dump(settings, to: &dumped)
        for text in ["\(settings)", String(reflecting: settings), dumped] {
            #expect(!text.contains("secret"))
        }
    }
}
