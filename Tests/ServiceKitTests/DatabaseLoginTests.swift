import Codecs
import LambdaRuntime
import PostgresClient
import Testing

@testable import ServiceKit

@Suite("How a function logs in to the database")
struct DatabaseLoginTests {
    private func environment(_ more: [String: String]) -> RuntimeEnvironment {
        let variables = [
            "PGHOST": "db.eu-west-1.rds.amazonaws.com", "PGPORT": "6432", "PGDATABASE": "nerdwork",
            "PGUSER": "nerdwork_loyalty", "PGSSLMODE": "verify-full", "PGSSLROOTCERT": "system",
            "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
        ].merging(more) { $1 }
        return RuntimeEnvironment(variables: { variables[$0] })
    }

    @Test("Which variables decide")
    func kinds() throws {
        #expect(try DatabaseLogin(environment([:])) == .variables)
        #expect(try DatabaseLogin(environment(["DATABASE_AUTH": "password"])) == .variables)
        #expect(try DatabaseLogin(environment(["DATABASE_SECRET_ARN": "arn:x"])) == .secret(id: "arn:x"))
        #expect(try DatabaseLogin(environment(["DATABASE_AUTH": "iam", "DATABASE_SECRET_ARN": ""])) == .token)
    }

    @Test(
        "What cannot be is an initialisation error that names the variable",
        arguments: [
            (["DATABASE_AUTH": "kerberos"], "DATABASE_AUTH"),
            (["DATABASE_AUTH": "iam", "DATABASE_SECRET_ARN": "arn:x"], "DATABASE_SECRET_ARN"),
            (["DATABASE_AUTH": "iam", "PGSSLMODE": "prefer"], "PGSSLMODE"),
            (["DATABASE_AUTH": "iam", "PGHOST": "one,two"], "PGHOST"),
            (["DATABASE_AUTH": "iam", "PGUSER": ""], "PGUSER"), (["PGUSER": ""], "PGUSER"),
            (["DATABASE_SECRET_ARN": "arn:x", "PGHOST": ""], "PGHOST"),
        ])
    func refused(variables: [String: String], name: String) {
        let error = #expect(throws: InitializationError.self) {
            try Database.open(for: environment(variables), requiringSchema: 1)
        }
        #expect(error?.message.contains(name) == true)
    }

    /// The form: RDS user guide, "Connecting using IAM authentication".
    @Test("RDS's token is made anew for each session, for this host, port and user, and good for 15 minutes")
    func token() throws {
        let environment = environment(["DATABASE_AUTH": "iam"])
        let login = try DatabaseLogin(environment)
        let configuration = try login.configuration(environment)
        var now = Timestamp(millisecondsSince1970: 1_800_000_000_000)
        let source = try #require(try login.source(for: configuration, environment, now: { now }))
        let first = try source(LoginRequest(wasRefused: false, milliseconds: 1_000))
        #expect(first.user == nil)
        #expect(first.password.hasPrefix("db.eu-west-1.rds.amazonaws.com:6432/?Action=connect&DBUser=nerdwork_loyalty"))
        for part in [
            "X-Amz-Date=20270115T080000Z", "X-Amz-Expires=900",
            "X-Amz-Credential=AKIDEXAMPLE%2F20270115%2Feu-west-1%2Frds-db%2Faws4_request",
        ] { #expect(first.password.contains(part)) }
        now = now.advanced(byMilliseconds: 60_000)
        let second = try source(LoginRequest(wasRefused: false, milliseconds: 1_000))
        #expect(second.password.contains("X-Amz-Date=20270115T080100Z") && second != first)
        #expect(!"\(first)".contains("X-Amz-Signature"))
    }

    @Test("Without credentials there is no token: an error that passes, which names the variable")
    func noCredentials() throws {
        let environment = environment(["DATABASE_AUTH": "iam", "AWS_ACCESS_KEY_ID": ""])
        let login = try DatabaseLogin(environment)
        let configuration = try login.configuration(environment)
        let source = try #require(try login.source(for: configuration, environment))
        let error = #expect(throws: DatabaseError.self) {
            try source(LoginRequest(wasRefused: false, milliseconds: 1_000))
        }
        #expect(error?.code == .unavailable && error?.message.contains("AWS_ACCESS_KEY_ID") == true)
    }
}
