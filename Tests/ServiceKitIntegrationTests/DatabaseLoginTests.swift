import Codecs
import LambdaRuntime
import PostgresClient
import TestSupport
import Testing

@testable import ServiceKit

@Suite("The database's login from Secrets Manager")
struct DatabaseLoginTests {
    /// A clock that the test moves.
    private final class Time {
        var now = Timestamp(millisecondsSince1970: 1_800_000_000_000)
    }

    /// The variables of a function whose database and secrets are these.
    private func environment(
        _ database: TestDatabase, _ service: ScriptedService, _ more: [String: String] = [:]
    ) -> RuntimeEnvironment {
        let variables = [
            "PGHOST": database.server.socketDirectory, "PGDATABASE": database.name, "PGSSLMODE": "disable",
            "DATABASE_SECRET_ARN": "arn:aws:secretsmanager:eu-west-1:1:secret:x", "AWS_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_ENDPOINT_URL": service.url,
        ].merging(more) { $1 }
        return RuntimeEnvironment(variables: { variables[$0] })
    }

    private func database(_ environment: RuntimeEnvironment, _ time: Time = Time()) throws -> Database {
        let login = try DatabaseLogin(environment)
        let configuration = try login.configuration(environment)
        return Database(
            configuration, login: try login.source(for: configuration, environment, now: { time.now }))
    }

    /// A role of the test's own: roles belong to the whole cluster.
    private func role(_ database: TestDatabase) -> String { "login_\(database.name)" }

    /// A secret in the form of RDS's.
    private func secret(_ password: String, user: String) -> ScriptedService.Step {
        .answer(
            200, #"{"SecretString":"{\"username\":\"\#(user)\",\"password\":\"\#(password)\",\"port\":5432}"}"#)
    }

    /// A database on which the role must show `password`.
    private func withPassword(_ password: String, _ body: (TestDatabase, _ role: String) throws -> Void) throws {
        try withDatabase(migrated: false) { database in
            let role = role(database)
            let administrator = try database.server.administrate()
            _ = try administrator.query("create role \(raw: role) login password '\(raw: password)'")
            defer { _ = try? administrator.query("drop role \(raw: role)") }
            try database.requirePasswords(of: [role])
            try body(database, role)
        }
    }

    private func set(_ password: String, of role: String, on database: TestDatabase) throws {
        _ = try database.connect().query("alter role \(raw: role) password '\(raw: password)'")
    }

    private func user(_ database: Database) throws -> String {
        try database.unitOfWork(deadline: nil) { connection in
            try connection.query("select current_user::text as name").only().decode("name")
        }
    }

    @Test("User and password come from the secret; after a rotation the next session has the new password")
    func rotation() throws {
        try withPassword("before the rotation") { database, role in
            let service = try ScriptedService([
                secret("before the rotation", user: role), secret("after the rotation", user: role),
            ])
            let time = Time()
            let session = try self.database(environment(database, service), time)
            #expect(try user(session) == role)
            try set("after the rotation", of: role, on: database)
            #expect(try user(session) == role, "an open session lives on")
            #expect(service.received.count == 1)
            session.close()
            time.now = time.now.advanced(byMilliseconds: 60_000)
            #expect(try user(session) == role)
            #expect(service.received.count == 2)
            session.close()
            #expect(try user(session) == role)
            #expect(service.received.count == 2, "the new password is kept")
        }
    }

    @Test("A wrong secret: a look at the service for a newer and a coming one, then a clear error without the password")
    func wrongSecret() throws {
        try withPassword("right") { database, role in
            let service = try ScriptedService([secret("hunter2-wrong", user: role)])
            let time = Time()
            let session = try self.database(environment(database, service), time)
            // The second time it is the newer value that is asked for as well: the first was fetched a moment ago.
            for count in [2, 4] {
                let error = #expect(throws: DatabaseError.self) { try user(session) }
                #expect(error?.code == .authentication && error?.sqlState == "28P01")
                #expect(error.map { "\($0)\($0.sensitiveDetail ?? "")".contains("hunter2") } == false)
                #expect(service.received.count == count)
                time.now = time.now.advanced(byMilliseconds: 20_000)
            }
        }
    }

    /// Between `setSecret` and `finishSecret` the role has the password of AWSPENDING.
    @Test("In the middle of a rotation a new session has the password that comes")
    func middleOfRotation() throws {
        try withPassword("coming") { database, role in
            let service = try ScriptedService([secret("going", user: role), secret("coming", user: role)])
            let time = Time()
            let session = try self.database(environment(database, service), time)
            for _ in 0..<2 {
                #expect(try user(session) == role)
                session.close()
            }
            #expect(service.received.count == 2, "what was fetched a moment ago is not asked for again")
            #expect(service.received.map { $0.text.contains(#""VersionStage":"AWSPENDING""#) } == [false, true])
        }
    }

    @Test("A refused password that has no successor is refused, not unavailable")
    func noRotation() throws {
        try withPassword("right") { database, role in
            let unknown = ScriptedService.Step.answer(400, #"{"__type":"ResourceNotFoundException"}"#)
            let service = try ScriptedService([secret("wrong", user: role), unknown])
            let session = try self.database(environment(database, service))
            let error = #expect(throws: DatabaseError.self) { try user(session) }
            #expect(error?.code == .authentication && error?.sqlState == "28P01")
        }
    }

    @Test("PGUSER counts before the secret's user")
    func fixedUser() throws {
        try withPassword("right") { database, role in
            let service = try ScriptedService([secret("right", user: "somebody_else")])
            let session = try self.database(environment(database, service, ["PGUSER": role]))
            #expect(try user(session) == role)
        }
    }

    @Test("A secret that cannot be had at start is no initialisation error; the session is tried again when needed")
    func lateSecret() throws {
        try withPassword("right") { database, role in
            let refused = ScriptedService.Step.answer(400, #"{"__type":"ResourceNotFoundException"}"#)
            let service = try ScriptedService([refused, refused, secret("right", user: role)])
            let session = try Database.open(for: environment(database, service), requiringSchema: 1)
            #expect(session.lastFailure?.code == .unavailable)
            let error = #expect(throws: DatabaseError.self) { try user(session) }
            #expect(error?.message.contains("ResourceNotFoundException") == true)
            #expect(try user(session) == role)
        }
    }

    @Test(
        "A secret in another form is told without what it holds",
        arguments: [
            "hunter2", "[]", #"{\"username\":\"u\"}"#, #"{\"password\":\"hunter2\"}"#,
            #"{\"username\":1,\"password\":\"hunter2\"}"#,
        ])
    func malformed(secret: String) throws {
        try withDatabase(migrated: false) { database in
            let service = try ScriptedService([.answer(200, #"{"SecretString":"\#(secret)"}"#)])
            let error = #expect(throws: DatabaseError.self) {
                try user(self.database(environment(database, service)))
            }
            #expect(error?.code == .authentication)
            #expect(error?.description.contains("username and password") == true)
            #expect(error?.description.contains("hunter2") == false)
        }
    }

    @Test("Without the variables AWS is not asked")
    func plain() throws {
        try withDatabase(migrated: false) { database in
            let service = try ScriptedService([secret("x", user: "x")])
            let plain = environment(
                database, service, ["DATABASE_SECRET_ARN": "", "PGUSER": database.server.superuser])
            #expect(try user(self.database(plain)) == database.server.superuser)
            #expect(service.received.isEmpty)
        }
    }
}
