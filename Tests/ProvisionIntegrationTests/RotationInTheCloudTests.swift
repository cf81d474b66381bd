import AWSClient
import Codecs
import JSONWebToken
import LambdaRuntime
import LoyaltyService
import Platform
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import ProvisionService
@testable import ServiceKit

/// moto's Secrets Manager, the real `provision`, and the real `loyalty` beside it.
private struct RotatingCloud {
    let database: TestDatabase
    let moto: MotoServer
    let secret: String
    let server: PasswordServer

    init(_ database: TestDatabase) throws {
        self.database = database
        server = try PasswordServer(database)
        moto = try MotoServer.unguarded()
        let password = "first-\(UInt64.random(in: 1 << 60 ... .max))"
        let value = #"{\"username\":\"nerdwork_loyalty\",\"password\":\"\#(password)\"}"#
        let name = "loyalty-\(UInt64.random(in: 0 ... .max))"
        secret = try SecretsInMoto.call(moto, "CreateSecret", #"{"Name":"\#(name)","SecretString":"\#(value)"}"#)
            .member("ARN").string()
    }

    func begin() throws -> String { try SecretsInMoto.beginRotation(of: secret, moto) }

    private var variables: [String: String] {
        [
            "PGHOST": database.server.socketDirectory, "PGDATABASE": database.name, "PGSSLMODE": "disable",
            "AWS_ENDPOINT_URL": moto.url, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        ]
    }

    /// Invokes `provision` by hand, or as Secrets Manager does.
    @discardableResult
    func provision(_ payload: String) throws -> JSONValue {
        let variables = variables.merging([
            "PGUSER": database.server.superuser, ServiceRole.loyalty.secretVariable: secret,
        ]) { $1 }
        let answer = try ProvisionFunction(environment: { variables[$0] }).handler(
            Array(payload.utf8),
            InvocationContext(requestID: "r-1", deadline: SystemClock.now().advanced(byMilliseconds: 120_000)))
        return try JSONDocument(parsing: answer).root
    }

    func step(_ step: RotationRequest.Step, _ token: String) throws -> Bool {
        let answer = try provision(
            #"{"Step":"\#(step.rawValue)","SecretId":"\#(secret)","ClientRequestToken":"\#(token)"}"#)
        return try answer.member("rotation").member("changed").bool()
    }

    /// The database as a function's process has it.
    func session() throws -> Database {
        let variables = variables.merging(["DATABASE_SECRET_ARN": secret]) { $1 }
        return try Database.open(
            for: RuntimeEnvironment(variables: { variables[$0] }), requiringSchema: LoyaltyService.requiredSchema)
    }
}

extension ProvisionerTests {
    /// Each event is delivered once: one that is lost would be missing in the books.
    @Test("With moto, a rotation under a warm loyalty loses no event: new sessions log in at any moment")
    func warmRotation() throws {
        try withDatabase { database in
            let cloud = try RotatingCloud(database)
            try cloud.provision("{}")
            let warm = Reader(try cloud.session())
            // Knows the password of before the rotation, and needs a new session after each step.
            let restless = Reader(try cloud.session())
            try warm.read()
            try restless.read()
            let token = try cloud.begin()
            for step in RotationStage.steps {
                #expect(try cloud.step(step, token) == true, "\(step)")
                restless.session.close()
                try warm.read()
                try restless.read()
                try Reader(try cloud.session()).read()
            }
            #expect(try cloud.step(.finish, token) == false)
            let books = try database.connect().query("select count(*) as n from ledger.transactions").only()
            #expect(try books.decode("n", as: Int64.self) == Int64(2 + 3 * RotationStage.steps.count))
        }
    }

    @Test("With moto, provision fetches the owner's login at each run, also while RDS rotates it")
    func ownerSecret() throws {
        try withDatabase { database in
            let cloud = try RotatingCloud(database)
            let owner = "owner_\(database.name)"
            let administrator = try database.server.administrate()
            _ = try administrator.query("create role \(raw: owner) superuser login password 'one'")
            defer { _ = try? administrator.query("drop role \(raw: owner)") }
            try database.requirePasswords(of: [owner])
            let name = "owner-\(UInt64.random(in: 0 ... .max))"
            func value(_ password: String) -> String {
                #"{\"username\":\"\#(owner)\",\"password\":\"\#(password)\"}"#
            }
            try SecretsInMoto.call(
                cloud.moto, "CreateSecret", #"{"Name":"\#(name)","SecretString":"\#(value("one"))"}"#)
            let environment = [
                "PGHOST": database.server.socketDirectory, "PGDATABASE": database.name, "PGSSLMODE": "disable",
                "AWS_ENDPOINT_URL": cloud.moto.url, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test", "DATABASE_SECRET_ARN": name, "LOYALTY_LOGIN_SECRET_ARN": cloud.secret,
            ]
            func run() throws -> ProvisionReport {
                try Provisioner.run(ProvisionSettings { environment[$0] }, environment: { environment[$0] })
            }
            #expect(try run().logins.map(\.isChanged) == [true])
            #expect(try run().logins.map(\.isChanged) == [false])
            _ = try administrator.query("alter role \(raw: owner) password 'two'")
            let refused = #expect(throws: DatabaseError.self) { try run() }
            #expect(refused?.code == .authentication)
            let token = UUID(high: 1, low: .random(in: .min ... .max)).description
            try SecretsInMoto.call(
                cloud.moto, "PutSecretValue",
                """
                {"SecretId":"\(name)","SecretString":"\(value("two"))","ClientRequestToken":"\(token)",
                "VersionStages":["AWSPENDING"]}
                """)
            #expect(try run().logins.map(\.isChanged) == [false])
        }
    }
}

/// `loyalty` with a session of its own; each read is of another comic.
private struct Reader {
    let session: Database
    private let handler: InvocationHandler
    private static let noon = Timestamp(millisecondsSince1970: 1_795_262_400_000)

    init(_ session: Database) {
        self.session = session
        let gate = TokenGate(
            issuer: TestTokens.issuer, audience: TestTokens.audience, now: { Self.noon },
            keys: PublishedKeys(session, now: { Self.noon }).current)
        handler = LoyaltyService(database: session, gate: gate, now: { Self.noon }).dispatcher.handle
    }

    func read() throws {
        let id = UUID(high: 0xC0, low: .random(in: .min ... .max)).description
        let event = """
            {"version":"0","id":"\(id)","detail-type":"ComicRead","source":"nerdwork.comic","account":"123456789012",
            "time":"2026-11-21T12:00:00Z","region":"us-east-1","resources":[],"detail":{"userId":"reader-\(id)",
            "comicId":"nausicaa","timestamp":1795262400000}}
            """
        let answer = try handler(
            Array(event.utf8),
            InvocationContext(requestID: "r-1", deadline: SystemClock.now().advanced(byMilliseconds: 60_000)))
        #expect(try JSONDocument(parsing: answer).root.member("outcome").string() == "rewarded")
    }
}
