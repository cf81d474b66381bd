import Migrations
import PostgresClient
import TestSupport
import Testing

/// Least privilege in both directions: what a role may do is what the statements of its service say.
@Suite("Each role may do what its service does")
struct GrantTests {
    /// A role, and whose statements run under it.
    struct Login: Sendable, CustomTestStringConvertible {
        let role: String
        /// The service's own sources: all that they name must be granted.
        let service: String
        /// Sources that several services share: they may name more than this one uses.
        var shared: [String] = []
        var testDescription: String { role }
    }

    private static let outbox = "Sources/ServiceKit/Outbox/OutboxPublishing.swift"
    private static let announcing = "Sources/ServiceKit/Outbox/OutboxEvent.swift"
    private static let tokens = "Sources/ServiceKit/Tokens"

    private static let logins = [
        Login(role: "nerdwork_auth", service: "AuthService", shared: [outbox, announcing]),
        Login(role: "nerdwork_loyalty", service: "LoyaltyService", shared: [outbox, tokens]),
        Login(role: "nerdwork_wallet", service: "WalletService", shared: [outbox, tokens]),
        Login(role: "nerdwork_ledger_audit", service: "LedgerAuditService", shared: [outbox, announcing]),
        Login(role: "nerdwork_relay", service: "OutboxRelayService", shared: [outbox]),
        Login(role: "nerdwork_notification", service: "NotificationService"),
    ]

    /// For people who look; no service logs in as it.
    private static let reader = "nerdwork_reader"

    @Test("the list has every role that somebody logs in as")
    func complete() throws {
        try withDatabase { database in
            let roles = try database.connect().query(
                """
                select rolname as name from pg_roles
                 where rolname like 'nerdwork\\_%' and rolname <> 'nerdwork_owner' and not rolsuper
                """
            ).map { try $0.decode("name", as: String.self) }
            #expect(Set(roles) == Set(Self.logins.map(\.role) + [Self.reader]))
        }
    }

    @Test("functions: those that its statements name, and those that these call with its own rights", arguments: logins)
    func functions(_ login: Login) throws {
        try withDatabase { database in
            let schema = try DeclaredSchema(database.connect())
            let (own, all) = try statements(login)
            let granted = try schema.functions(grantedTo: login.role)
            #expect(granted.subtracting(schema.reached(from: all).functions) == [], "granted, and nothing calls it")
            #expect(schema.reached(from: own).functions.subtracting(granted) == [], "called, and not granted")
        }
    }

    @Test("tables: those that its statements name, for what they do with them", arguments: logins)
    func tables(_ login: Login) throws {
        try withDatabase { database in
            let schema = try DeclaredSchema(database.connect())
            let text = schema.reached(from: try statements(login).all).text
            let granted = try schema.tables(grantedTo: login.role)
            #expect(!granted.isEmpty || login.role == "nerdwork_wallet" || login.role == "nerdwork_relay")
            let unused = granted.filter { !$0.isUsed(by: text) }
            #expect(unused == [], "granted, and nothing does it")
        }
    }

    @Test("the reader's functions and privileges change nothing")
    func readOnly() throws {
        try withDatabase { database in
            let connection = try database.connect()
            let schema = try DeclaredSchema(connection)
            #expect(try schema.tables(grantedTo: Self.reader).allSatisfy { $0.privilege == "SELECT" })
            let granted = try schema.functions(grantedTo: Self.reader)
            #expect(!granted.isEmpty)
            #expect(granted.subtracting(schema.readOnlyFunctions) == [])
        }
    }

    @Test("nobody else may call anything: PUBLIC has no function of ours")
    func everybody() throws {
        try withDatabase { database in
            let schema = try DeclaredSchema(database.connect())
            #expect(try schema.functions(grantedTo: "public") == [])
        }
    }

    private func statements(_ login: Login) throws -> (own: String, all: String) {
        let own = try code(of: "Sources/\(login.service)")
        return (own, try ([own] + login.shared.map(code)).joined(separator: "\n"))
    }

    /// Sources without the lines that are nothing but comments.
    private func code(of path: String) throws -> String {
        try SourceFiles.text(of: path).split(separator: "\n")
            .filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
    }
}
