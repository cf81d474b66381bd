import Codecs
import LambdaRuntime
import Migrations
import Platform
import PostgresClient
import StrictJSON
import Testing

@testable import ProvisionService

/// Requests as the CloudFormation user guide documents them ("Custom resource request and response reference").
struct CustomResourceTests {
    static let stack =
        "arn:aws:cloudformation:us-west-2:123456789012:stack/mystack/5b918d10-cd98-11ea-90d5-0a9cd3354c10"

    static func event(_ type: String, port: UInt16, physical: String? = "nerdwork-database") -> [UInt8] {
        JSONWriter.object {
            $0.member("RequestType", type)
            $0.member("RequestId", "unique-request-id")
            $0.member("StackId", stack)
            $0.member("ResponseURL", "http://127.0.0.1:\(port)/bucket/key?X-Amz-Signature=abc%3D&X-Amz-Expires=7200")
            $0.member("ResourceType", "Custom::Migrations")
            $0.member("LogicalResourceId", "Migrations")
            $0.optional("PhysicalResourceId", physical)
            $0.member("ResourceProperties") {
                $0.member("ServiceToken", "arn:aws:lambda:us-west-2:123456789012:function:provision")
                $0.member("Release", "releases/2/")
            }
            if type == "Update" { $0.member("OldResourceProperties") { $0.member("Release", "releases/1/") } }
        }.bytes
    }

    static let report = ProvisionReport(
        applied: [.init(number: 6, name: "loyalty")], version: 6,
        logins: [.init(role: .loyalty, isChanged: true)])

    static let variables = [
        "PGHOST": "127.0.0.1", "PGDATABASE": "nerdwork", "PGUSER": "owner", "PGPASSWORD": "owner-secret",
        "LOYALTY_PASSWORD": "loyalty-secret",
    ]

    /// Invokes the function with a transport that takes plain http, as a test's server speaks.
    static func invoke(
        _ payload: [UInt8], variables: [String: String] = variables, milliseconds: Int64 = 60_000,
        provision: @escaping ProvisionFunction.Provision = { _, _, _ in report }
    ) throws -> String {
        let function = ProvisionFunction(
            environment: { variables[$0] }, sender: AnswerSender(transport: AnswerSender.plain), provision: provision)
        let deadline = Timestamp(
            millisecondsSince1970: SystemClock.now().millisecondsSince1970 + milliseconds)
        let context = InvocationContext(requestID: "r-1", deadline: deadline)
        return String(decoding: try function.handler(payload, context), as: UTF8.self)
    }

    @Test("Create and Update migrate, and the answer is the documented PUT", arguments: ["Create", "Update"])
    func success(type: String) throws {
        let server = try LoopbackServer(statuses: [200])
        defer { server.stop() }
        let physical = type == "Create" ? nil : "chosen-at-create"
        let answer = try Self.invoke(Self.event(type, port: server.port, physical: physical))
        #expect(answer == #"{"answered":"SUCCESS"}"#)
        let request = try #require(server.received.first)
        #expect(server.received.count == 1)
        #expect(request.requestLine == "PUT /bucket/key?X-Amz-Signature=abc%3D&X-Amz-Expires=7200 HTTP/1.1")
        #expect(request.field("Content-Type") == "")
        #expect(request.field("Content-Length") == String(request.body.utf8.count))
        #expect(request.field("Transfer-Encoding") == nil)
        #expect(
            request.body == """
                {"Status":"SUCCESS","PhysicalResourceId":"\(physical ?? "nerdwork-database")","StackId":"\(Self.stack)",\
                "RequestId":"unique-request-id","LogicalResourceId":"Migrations","Data":{"SchemaVersion":"6"}}
                """)
    }

    /// `Custom::ShownSecret`, whose property tells which version of the front door's secret CloudFront shows.
    private func shownSecret(_ type: String, _ version: String?, port: UInt16) -> [UInt8] {
        JSONWriter.object {
            $0.member("RequestType", type)
            $0.member("RequestId", "unique-request-id")
            $0.member("StackId", Self.stack)
            $0.member("ResponseURL", "http://127.0.0.1:\(port)/")
            $0.member("ResourceType", "Custom::ShownSecret")
            $0.member("LogicalResourceId", "ShownSecret")
            if type != "Create" { $0.member("PhysicalResourceId", "nerdwork-shown-secret") }
            $0.member("ResourceProperties") { $0.optional("OriginSecretVersion", version) }
        }.bytes
    }

    @Test("the version that CloudFront is to show is an attribute of the database's resource")
    func originVersion() throws {
        let server = try LoopbackServer(statuses: [200])
        defer { server.stop() }
        _ = try Self.invoke(Self.event("Update", port: server.port)) { _, task, _ in
            #expect(task == .deploy)
            return ProvisionReport(version: 6, originVersion: "00000000-0000-4000-8000-000000000001")
        }
        let data = try JSONDocument(parsing: Array(try #require(server.received.first).body.utf8)).root.member("Data")
        #expect(try data.member("SchemaVersion").string() == "6")
        #expect(try data.member("OriginSecretVersion").string() == "00000000-0000-4000-8000-000000000001")
    }

    @Test("what CloudFront shows is noted, and neither more nor less is done", arguments: ["Create", "Update"])
    func shown(type: String) throws {
        let server = try LoopbackServer(statuses: [200])
        defer { server.stop() }
        let version = "00000000-0000-4000-8000-000000000001"
        _ = try Self.invoke(shownSecret(type, version, port: server.port)) { _, task, _ in
            #expect(task == .shown(version: version))
            return ProvisionReport(isShownChanged: true)
        }
        #expect(
            server.received.first?.body == """
                {"Status":"SUCCESS","PhysicalResourceId":"nerdwork-shown-secret","StackId":"\(Self.stack)",\
                "RequestId":"unique-request-id","LogicalResourceId":"ShownSecret"}
                """)
    }

    @Test(
        "a stack that names no version is answered with FAILED, and one that goes is left alone",
        arguments: [("Create", nil), ("Update", String(repeating: "v", count: 65)), ("Delete", nil)])
    func notShown(_ row: (type: String, version: String?)) throws {
        let server = try LoopbackServer(statuses: [200])
        defer { server.stop() }
        _ = try Self.invoke(shownSecret(row.type, row.version, port: server.port), variables: [:]) { _, _, _ in
            Issue.record("something was done")
            return Self.report
        }
        let body = try JSONDocument(parsing: Array(try #require(server.received.first).body.utf8)).root
        #expect(try body.member("Status").string() == (row.type == "Delete" ? "SUCCESS" : "FAILED"))
        #expect(try body.member("PhysicalResourceId").string() == "nerdwork-shown-secret")
    }

    @Test("Delete touches nothing, needs no configuration and answers SUCCESS")
    func delete() throws {
        let server = try LoopbackServer(statuses: [200])
        defer { server.stop() }
        _ = try Self.invoke(Self.event("Delete", port: server.port), variables: [:]) { _, _, _ in
            Issue.record("Delete reached the database")
            return Self.report
        }
        let body = try JSONDocument(parsing: Array(try #require(server.received.first).body.utf8)).root
        #expect(try body.member("Status").string() == "SUCCESS")
        #expect(try body.member("PhysicalResourceId").string() == "nerdwork-database")
        #expect(body["Data"] == nil)
    }

    /// An error whose description holds what must not get out.
    struct Leaking: Error, CustomStringConvertible {
        let description = "password loyalty-secret"
    }

    @Test(
        "a failure is answered with FAILED and a reason without secrets",
        arguments: [
            (DatabaseError(.connection, "connection refused"), "database: connection: connection refused"),
            (DatabaseError(.server, "syntax error at loyalty-secret"), "the reason is withheld: it holds a secret"),
            (
                MigrationError.changed(number: 3, name: "ledger"),
                "migration 3 (ledger) was changed after it was applied"
            ),
            (Leaking(), "unexpected error ProvisionTests.CustomResourceTests.Leaking"),
        ] as [(any Error & Sendable, String)])
    func failure(error: any Error & Sendable, reason: String) throws {
        let server = try LoopbackServer(statuses: [200])
        defer { server.stop() }
        let answer = try Self.invoke(Self.event("Create", port: server.port)) { _, _, _ in throw error }
        #expect(answer == #"{"answered":"FAILED"}"#)
        let text = try #require(server.received.first).body
        let body = try JSONDocument(parsing: Array(text.utf8)).root
        #expect(try body.member("Status").string() == "FAILED")
        #expect(try body.member("Reason").string().hasPrefix(reason))
        #expect(try !body.member("PhysicalResourceId").string().isEmpty)
        #expect(!text.contains("loyalty-secret") && !text.contains("owner-secret"))
    }

    @Test("missing configuration is answered too, and named")
    func missingConfiguration() throws {
        let server = try LoopbackServer(statuses: [200])
        defer { server.stop() }
        _ = try Self.invoke(Self.event("Create", port: server.port), variables: ["PGHOST": "x"])
        let body = try JSONDocument(parsing: Array(try #require(server.received.first).body.utf8)).root
        #expect(try body.member("Status").string() == "FAILED")
        #expect(try body.member("Reason").string().contains("PGDATABASE"))
    }

    @Test("a kind of request that nobody knows is answered with FAILED")
    func unknownKind() throws {
        let server = try LoopbackServer(statuses: [200])
        defer { server.stop() }
        _ = try Self.invoke(Self.event("Replace", port: server.port))
        let body = try JSONDocument(parsing: Array(try #require(server.received.first).body.utf8)).root
        #expect(try body.member("Status").string() == "FAILED")
    }

    @Test("the longest answer stays within CloudFormation's 4096 bytes")
    func longest() throws {
        let server = try LoopbackServer(statuses: [200])
        defer { server.stop() }
        let payload = Self.event("Create", port: server.port, physical: String(repeating: "p", count: 1_024))
        _ = try Self.invoke(payload) { _, _, _ in
            throw DatabaseError(.server, String(repeating: "\"é", count: 5_000))
        }
        let body = Array(try #require(server.received.first).body.utf8)
        #expect(body.count <= 4_096)
        let reason = try JSONDocument(parsing: body).root.member("Reason").string()
        #expect(reason.hasSuffix("…") && !reason.contains("\u{FFFD}"))
    }

    @Test("an answer that is not accepted is sent again, the same")
    func retried() throws {
        let server = try LoopbackServer(statuses: [503, 0, 200])
        defer { server.stop() }
        #expect(try Self.invoke(Self.event("Create", port: server.port)) == #"{"answered":"SUCCESS"}"#)
        #expect(server.received.count == 3)
        #expect(Set(server.received.map(\.body)).count == 1)
    }

    @Test("an answer that is refused for good is a function error, so that Lambda invokes again")
    func refused() throws {
        let server = try LoopbackServer(statuses: [403])
        defer { server.stop() }
        let error = #expect(throws: FunctionError.self) {
            try Self.invoke(Self.event("Create", port: server.port))
        }
        #expect(error?.type == "Function.AnswerNotDelivered")
        #expect(server.received.count == 1)
    }

    @Test("the database gets the invocation's time less what the answer needs")
    func timeIsKept() throws {
        let server = try LoopbackServer(statuses: [200])
        defer { server.stop() }
        _ = try Self.invoke(Self.event("Create", port: server.port), milliseconds: 300_000) { _, _, milliseconds in
            let share = try #require(milliseconds)
            #expect((260_000...270_000).contains(share))
            return Self.report
        }
        #expect(ProvisionFunction.databaseMilliseconds(3_000) == 2_000)
        #expect(ProvisionFunction.databaseMilliseconds(0) == 0)
    }
}
