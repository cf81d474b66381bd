import Codecs
import Platform
import PostgresClient
import Synchronization
import TestSupport
import Testing

@testable import LocalPlatform

/// The permissions of template.json against the calls that the functions really make while people use the stack.
@Suite("What roles allow, and what is called", .serialized)
struct ServedAccessTests {
    /// Permissions that no call on this machine uses, by action, and why: everything else must be used.
    static let elsewhere: [String: String] = [
        "logs:CreateLogStream": "Lambda itself writes the logs", "logs:PutLogEvents": "Lambda itself writes the logs",
        "xray:PutTraceSegments": "Lambda itself sends traces", "xray:PutTelemetryRecords": "Lambda itself sends traces",
        "sqs:SendMessage": "Lambda itself gives events up",
        "ec2:AssignPrivateIpAddresses": "network interfaces are Lambda's",
        "ec2:CreateNetworkInterface": "network interfaces are Lambda's",
        "ec2:DeleteNetworkInterface": "network interfaces are Lambda's",
        "ec2:DescribeNetworkInterfaces": "network interfaces are Lambda's",
        "ec2:DescribeSubnets": "network interfaces are Lambda's",
        "ec2:UnassignPrivateIpAddresses": "network interfaces are Lambda's",
        "kms:Decrypt": "the owner's password is kept by RDS, which is not here",
    ]
    /// The same, for one secret: the one that RDS makes.
    static let owner = "provision OwnerLogin"

    /// A statement that nobody needs: the test must find it.
    private static let unneeded =
        #"{"Sid":"Unneeded","Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::somebody/*"}"#

    @Test("Every permission of every function's role is used by a call, none is missing, and one too many is found")
    func permissions() throws {
        let project = try TemporaryProject()
        let tool = InvokeLocal(project)
        try Self.addUnneeded(to: project)
        let stack = try ServedStack(tool)
        let calls = ServedCalls(port: stack.port)
        let ada = try ServedReader("ada", at: calls)
        try Self.earn(ada, calls)
        try Self.tip(from: ada, to: try ServedReader("grace", at: calls), calls)
        let change = JSONTree.texts(["new_email": "ada.new@nerdwork.example"])
        #expect(try calls.ask("POST", "/auth/email/change", change, token: ada.token).status == 202)
        try Self.republish(project, calls)
        for name in ["NightlyAudit", "RelayOutbox"] {
            try calls.console("schedules/run", .texts(["name": name]))
        }
        for secret in try calls.console("schedules")["secrets"]?.elements ?? [] {
            let outcome = try calls.console("secrets/rotate", .texts(["name": secret["name"]?.text ?? ""]))
            #expect(outcome["succeeded"] == .bool(true), "\(outcome.compactText)")
        }
        // What comes of it takes its time: events and mail.
        let unused = try? calls.wait(for: "use of the last permission") { () -> [String]? in
            let unused = try Self.unused(calls)
            return unused.count <= 1 ? unused : nil
        }
        #expect(try unused ?? Self.unused(calls) == ["loyalty Unneeded s3:PutObject arn:aws:s3:::somebody/*"])
        let refusals = try calls.console("journal?limit=1000")["entries"]?.elements.filter {
            $0["kind"]?.text == "refusal" && $0["type"]?.text?.contains("AccessDenied") == true
        }
        #expect(refusals?.map(\.compactText) == [])
        #expect(stack.stop().status == 0)
    }

    /// Secrets Manager user guide, "Rotation by Lambda function".
    @Test("The password of a database role is rotated while its function works, and nobody notices")
    func rotation() throws {
        let project = try TemporaryProject()
        let tool = InvokeLocal(project)
        let stack = try ServedStack(tool)
        let calls = ServedCalls(port: stack.port)
        let ada = try ServedReader("ada", at: calls)
        let before = try Self.login(tool)
        let statuses = try Watch().statuses(calls, ada.token) {
            for _ in 0..<3 {
                let outcome = try calls.console("secrets/rotate", .texts(["name": Self.wallet]))
                #expect(outcome["succeeded"] == .bool(true), "\(outcome.compactText)")
            }
        }
        #expect(statuses.allSatisfy { $0 == 200 }, "\(statuses)")
        // Processes that start now have never seen another password.
        for process in stack.functions("wallet") {
            kill(process, SIGKILL)
            awaitEnd(of: process)
        }
        #expect(try calls.ask("GET", "/wallet", token: ada.token).status == 200)
        let after = try Self.login(tool)
        #expect(after.current != before.current && after.previous != nil && after.current != after.previous)
        #expect(after.labels == ["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"])
        // From another process as well, while this one goes on.
        let told = try tool.run("secrets", "rotate", Self.wallet, "--no-build")
        #expect(told.status == 0 && told.output.contains("has a new value"), "\(told.output)")
        #expect(!told.output.contains(try #require(Self.login(tool).current)))
        #expect(try Self.login(tool).previous == after.current)
        #expect(try calls.ask("GET", "/wallet", token: ada.token).status == 200)
        #expect(stack.stop().status == 0)
    }

    private static let wallet = "WalletDatabaseSecret"

    /// What Secrets Manager has of the wallet's login.
    private static func login(
        _ tool: InvokeLocal
    ) throws -> (current: String?, previous: String?, labels: [String]) {
        let template = try Template(parsing: try Files.read("\(tool.folder)/template.json"))
        let store = try SecretStore(
            folder: "\(tool.folder)/.nerdwork", definitions: template.secrets, keyFolder: tool.keyFolder)
        let record = try #require(try store.secret(wallet))
        return (
            record.version(id: nil, stage: "AWSCURRENT")?.value, record.version(id: nil, stage: "AWSPREVIOUS")?.value,
            record.versions.flatMap(\.stages).sorted()
        )
    }

    // MARK: Steps

    private static func addUnneeded(to project: TemporaryProject) throws {
        let template = try JSONTree(parsing: try Files.read("\(project.folder)/template.json"))
        let path = ["Resources", "LoyaltyRole", "Properties", "Policies", "0", "PolicyDocument", "Statement"]
        let statement = try JSONTree(parsing: Array(unneeded.utf8))
        let more = try MissingPermissionTests.changed(template, at: path[...]) { .array($0.elements + [statement]) }
        try Files.write(more.compactText, to: "\(project.folder)/template.json")
    }

    private static func earn(_ reader: ServedReader, _ calls: ServedCalls) throws {
        let detail: [JSONTree.Member] = [
            .init(name: "version", value: .number("1")), .init(name: "userId", value: .string(reader.identity)),
            .init(name: "comicId", value: .string("orbit-repair-club-4")),
            .init(name: "timestamp", value: .number(String(SystemClock.now().millisecondsSince1970))),
        ]
        try calls.console(
            "events",
            .object([
                .init(name: "source", value: .string("nerdwork.comic")),
                .init(name: "detailType", value: .string("ComicRead")), .init(name: "detail", value: .object(detail)),
            ]))
        try calls.wait(for: "the reward") {
            let balance = try calls.ask("GET", "/loyalty/me", token: reader.token).body["balance"]?.scalarText
            return balance.flatMap { Int($0) }.flatMap { $0 > 0 ? () : nil }
        }
    }

    private static func tip(from payer: ServedReader, to recipient: ServedReader, _ calls: ServedCalls) throws {
        let body = JSONTree.object([
            .init(name: "recipientId", value: .string(recipient.identity)), .init(name: "amount", value: .number("1")),
        ])
        let key = ["Idempotency-Key: 7a1b6f0e-52c1-4f6e-9d55-0f3b9a7c1e11"]
        #expect(try calls.ask("POST", "/wallet/transfers", body, token: payer.token, more: key).status == 201)
    }

    /// Lets an event wait in the outbox that a function could not publish, for the relay.
    private static func republish(_ project: TemporaryProject, _ calls: ServedCalls) throws {
        let template = try Template(parsing: try Files.read("\(project.folder)/template.json"))
        let database = try LocalDatabase(project: project.folder, functions: template.functions) { _ in }
        defer { database.stop() }
        try calls.wait(for: "an event that was published") {
            let rows = try database.connection().query(
                """
                update outbox.events set published_at = null, next_attempt_at = '-infinity'
                where event_id = (select event_id from outbox.events where published_at is not null limit 1)
                returning event_id
                """)
            return rows.isEmpty ? nil : ()
        }
    }

    /// The permissions that nobody has used so far, but for what happens elsewhere.
    private static func unused(_ calls: ServedCalls) throws -> [String] {
        let permissions = try calls.console("access")["permissions"]?.elements ?? []
        #expect(permissions.count > 100)
        let unused = permissions.filter { $0["uses"]?.scalarText == "0" }.map { permission in
            (
                statement: "\(permission["function"]?.text ?? "") \(permission["statement"]?.text ?? "")",
                action: permission["action"]?.text ?? "", resource: permission["resource"]?.text ?? ""
            )
        }
        // An exception that is none any more must go.
        #expect(Set(elsewhere.keys).isSubset(of: unused.map(\.action)))
        #expect(unused.contains { $0.statement == owner })
        return unused.filter { elsewhere[$0.action] == nil && $0.statement != owner }
            .map { "\($0.statement) \($0.action) \($0.resource)" }
    }
}

/// Somebody who looks at the wallet all the time.
private final class Watch: Sendable {
    private let isOver = Atomic(false)
    private let found = Mutex<[Int]>([])

    private func look(_ calls: ServedCalls, _ token: String) {
        while !isOver.load(ordering: .acquiring) {
            let status = (try? calls.ask("GET", "/wallet", token: token))?.status ?? 0
            found.withLock { $0.append(status) }
            // The route takes 100 a second.
            usleep(20_000)
        }
    }

    /// What the answers were meanwhile.
    func statuses(_ calls: ServedCalls, _ token: String, while body: () throws -> Void) throws -> [Int] {
        guard let thread = SystemThread.start({ [self] in look(calls, token) }) else { throw HarnessError("no thread") }
        defer {
            isOver.store(true, ordering: .releasing)
            thread.join()
        }
        try body()
        return found.withLock { $0 }
    }
}
