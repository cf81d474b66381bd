import Migrations
import PostgresClient
import Synchronization
import TestSupport
import Testing

@testable import ProvisionService

/// One after the other, because they change the rules of the same server.
@Suite(.serialized)
struct ProvisionerTests {
    /// A password that no other run has, with what SASLprep and quoting could trip over.
    private func password(_ name: String) -> String {
        "\(name)-'\"\\ é \(UInt64.random(in: 1 << 60 ... .max))"
    }

    @Test("afterwards the service role logs in with its password, and with no other")
    func login() throws {
        try withDatabase(migrated: false) { database in
            let server = try PasswordServer(database)
            let password = password("right")
            let report = try Provisioner.run(try server.settings([.loyalty: password]), environment: { _ in nil })
            #expect(report.applied.map(\.number) == Migration.all.map(\.number))
            #expect(report.version == Migration.all.last?.number)
            #expect(report.logins == [.init(role: .loyalty, isChanged: true)])

            let session = try PostgresConnection(server.configuration(.loyalty, password))
            #expect(session.loginUsedPassword)
            #expect(try session.query("select current_user::text as name").only().decode("name") == "nerdwork_loyalty")
            let refusal = #expect(throws: DatabaseError.self) {
                try PostgresConnection(server.configuration(.loyalty, password + "x"))
            }
            #expect(refusal?.sqlState == "28P01")
        }
    }

    @Test("every service role logs in with its own password, and with no other role's")
    func everyRole() throws {
        try withDatabase(migrated: false) { database in
            let server = try PasswordServer(database)
            let passwords = Dictionary(uniqueKeysWithValues: ServiceRole.allCases.map { ($0, password($0.rawValue)) })
            let report = try Provisioner.run(try server.settings(passwords), environment: { _ in nil })
            #expect(report.logins.map(\.role) == ServiceRole.allCases)
            for (role, password) in passwords {
                let session = try PostgresConnection(server.configuration(role, password))
                #expect(session.loginUsedPassword)
                #expect(try session.query("select current_user::text as name").only().decode("name") == role.rawValue)
                for other in ServiceRole.allCases where other != role {
                    let refusal = #expect(throws: DatabaseError.self) {
                        try PostgresConnection(server.configuration(other, password))
                    }
                    #expect(refusal?.sqlState == "28P01", "\(other)")
                }
            }
        }
    }

    @Test("a second run changes nothing, a new password changes its role only")
    func idempotent() throws {
        try withDatabase(migrated: false) { database in
            let server = try PasswordServer(database)
            let audit = password("audit")
            let old = try server.settings([.loyalty: password("old"), .ledgerAudit: audit])
            #expect(try Provisioner.run(old, environment: { _ in nil }).logins.map(\.isChanged) == [true, true])
            let before = try state(database)
            let second = try Provisioner.run(old, environment: { _ in nil })
            #expect(second.applied.isEmpty)
            #expect(second.logins.map(\.isChanged) == [false, false])
            #expect(try state(database) == before)

            let new = password("new")
            let third = try Provisioner.run(
                try server.settings([.loyalty: new, .ledgerAudit: audit]), environment: { _ in nil })
            #expect(third.logins.map(\.isChanged) == [true, false])
            _ = try PostgresConnection(server.configuration(.loyalty, new))
        }
    }

    @Test("without a password no role is touched")
    func withoutPasswords() throws {
        try withDatabase { database in
            let server = try PasswordServer(database)
            let before = try state(database)
            let report = try Provisioner.run(try server.settings([:]), environment: { _ in nil })
            #expect(report.applied.isEmpty && report.logins.isEmpty)
            #expect(try state(database) == before)
        }
    }

    @Test("accounts get the modes of LEDGER_ACCOUNT_MODES, those that it does not name keep theirs")
    func accountModes() throws {
        try withDatabase { database in
            let server = try PasswordServer(database)
            let modes = { (text: String?) in
                _ = try Provisioner.run(try server.settings([:], modes: text), environment: { _ in nil })
                return try database.connect().query(
                    "select reference || ' ' || mode || ' ' || stripes as line from ledger.accounts order by reference"
                ).map { try $0.decode("line", as: String.self) }
            }
            #expect(try modes(nil) == ["fees 0 1", "revenue 0 1", "suspense 0 1", "treasury 0 1"])
            #expect(
                try modes("treasury=lazy,fees=striped:16") == [
                    "fees 1 16", "revenue 0 1", "suspense 0 1", "treasury 2 1",
                ])
            #expect(try modes("fees=lazy") == ["fees 2 1", "revenue 0 1", "suspense 0 1", "treasury 2 1"])
            #expect(try modes("") == ["fees 2 1", "revenue 0 1", "suspense 0 1", "treasury 2 1"])
        }
    }

    @Test(
        "LEDGER_ACCOUNT_MODES that cannot be meant are refused before anything is done",
        arguments: [
            "treasury", "treasury=", "=lazy", "treasury=quick", "wallet:a=lazy", "nobody=lazy", "treasury=lazy,",
            "treasury=lazy,treasury=strict", "fees=striped", "fees=striped:", "fees=striped:1", "fees=striped:65",
            "fees=striped:x", "fees = lazy",
        ])
    func impossibleModes(text: String) throws {
        try withDatabase { database in
            let server = try PasswordServer(database)
            let error = #expect(throws: ProvisionError.self) { try server.settings([:], modes: text) }
            guard case .variable("LEDGER_ACCOUNT_MODES", _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }

    @Test("several at once all succeed, and one of them changes the role")
    func concurrent() throws {
        try withDatabase(migrated: false) { database in
            let server = try PasswordServer(database)
            let settings = try server.settings([.loyalty: password("shared"), .ledgerAudit: password("shared")])
            let outcomes = Mutex<(reports: [ProvisionReport], errors: [String])>((reports: [], errors: []))
            concurrently(6) { _ in
                do {
                    let report = try Provisioner.run(
                        settings, environment: { _ in nil }, milliseconds: 60_000)
                    outcomes.withLock { $0.reports.append(report) }
                } catch {
                    outcomes.withLock { $0.errors.append("\(error)") }
                }
            }
            let (reports, errors) = outcomes.withLock { $0 }
            #expect(errors.isEmpty)
            #expect(reports.flatMap(\.applied).map(\.number).sorted() == Migration.all.map(\.number))
            #expect(reports.flatMap(\.logins).count { $0.isChanged } == 2)
        }
    }

    @Test("the server sees the verifier, never the password: not in a statement, not in its log")
    func secrecy() throws {
        try withDatabase(migrated: false) { database in
            let server = try PasswordServer(database)
            // One word: quoting cannot hide it from the search.
            let password = "plain\(UInt64.random(in: 1 << 60 ... .max))"
            let report = try Provisioner.run(try server.settings([.loyalty: password]), environment: { _ in nil })
            #expect(report.logins.map(\.isChanged) == [true])
            let log = try server.log()
            let verifier = try database.connect().query(
                "select rolpassword from pg_authid where rolname = 'nerdwork_loyalty'"
            ).only().decode("rolpassword", as: String.self)
            #expect(verifier.hasPrefix("SCRAM-SHA-256$4096:"))
            // The log holds every statement of this database, so the one that set the verifier shows that it works.
            #expect(log.contains("alter role nerdwork_loyalty login password '\(verifier)'"))
            #expect(!log.contains(password))
            let activity = try database.connect().query(
                "select count(*) as n from pg_stat_activity where query like \("%" + password + "%") and query not like '%$1%'"
            ).only().decode("n", as: Int64.self)
            #expect(activity == 0)
        }
    }

    @Test("a password that cannot be one is refused before the server hears of it")
    func impossiblePassword() throws {
        try withDatabase { database in
            let connection = try database.connect()
            for password in ["", "a\0b"] {
                let error = #expect(throws: DatabaseError.self) {
                    try connection.passwordVerifier(for: password, role: "nerdwork_loyalty")
                }
                #expect(error?.code == .usage)
            }
        }
    }

    @Test("the owner need not be a superuser, only one that may create roles, as in AWS")
    func ordinaryOwner() throws {
        try withDatabase(migrated: false) { database in
            let server = try PasswordServer(database)
            let owner = "owner_of_\(database.name)"
            let superuser = try database.connect()
            _ = try superuser.query("create role \(raw: owner) login createrole createdb")
            defer {
                _ = try? superuser.query("reassign owned by \(raw: owner) to current_user")
                _ = try? superuser.query("drop owned by \(raw: owner)")
                _ = try? superuser.query("drop role \(raw: owner)")
            }
            _ = try superuser.query("alter database \(raw: database.name) owner to \(raw: owner)")
            let password = password("owner")
            let settings = try server.settings([.loyalty: password], user: owner, modes: "treasury=lazy,fees=striped:2")
            let report = try Provisioner.run(settings, environment: { _ in nil })
            #expect(report.version == Migration.all.last?.number)
            #expect(report.logins.map(\.isChanged) == [true])
            #expect(try Provisioner.run(settings, environment: { _ in nil }).logins.map(\.isChanged) == [false])
            _ = try PostgresConnection(server.configuration(.loyalty, password))
        }
    }

    @Test("a database that is out of reach is an error within the time")
    func unreachable() throws {
        let settings = try ProvisionSettings { name in
            ["PGHOST": "/nonexistent", "PGDATABASE": "x", "PGUSER": "x"][name]
        }
        let error = #expect(throws: DatabaseError.self) {
            try Provisioner.run(settings, environment: { _ in nil }, milliseconds: 5_000)
        }
        #expect(error?.code == .connection)
    }

    /// What a run could change: the roles with their verifiers, and the list of migrations.
    private func state(_ database: TestDatabase) throws -> [String] {
        let connection = try database.connect()
        return try connection.query(
            """
            select r.rolname || ' ' || r.rolcanlogin || ' ' || coalesce(r.rolpassword, '-') as line
              from pg_authid r where r.rolname = any (\(ServiceRole.allCases.map(\.rawValue)))
            union all
            select number || ' ' || applied_at from migrations.applied
            order by line
            """
        ).map { try $0.decode("line", as: String.self) }
    }
}
