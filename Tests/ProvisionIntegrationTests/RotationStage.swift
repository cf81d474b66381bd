import AWSClient
import Codecs
import PostgresClient
import StrictJSON
import TestSupport

@testable import ProvisionService

/// A database on which `nerdwork_loyalty` must show its password, and the secret with it.
struct RotationStage {
    static let secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:loyalty-AbCdEf"
    static let origin = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:origin-AbCdEf"
    static let steps: [RotationRequest.Step] = [.create, .set, .test, .finish]

    let server: PasswordServer
    let secrets = SecretsStandIn()
    let settings: ProvisionSettings

    /// - Parameter isEstablished: whether the role has its password already.
    init(_ database: TestDatabase, isEstablished: Bool = true) throws {
        server = try PasswordServer(database)
        let variables = [
            "PGHOST": database.server.socketDirectory, "PGDATABASE": database.name,
            "PGUSER": database.server.superuser, "PGSSLMODE": "disable",
            ServiceRole.loyalty.secretVariable: Self.secret, "ORIGIN_SECRET_ARN": Self.origin,
        ]
        settings = try ProvisionSettings { variables[$0] }
        // One that no other run has.
        let password = "first-\(UInt64.random(in: 1 << 60 ... .max))"
        secrets.create(Self.secret, #"{"engine":"postgres","password":"\#(password)","username":"nerdwork_loyalty"}"#)
        secrets.create(Self.origin, "origin-\(UInt64.random(in: .min ... .max))")
        if isEstablished { try migrate() }
    }

    @discardableResult
    func run(_ task: ProvisionTask) throws -> ProvisionReport {
        let places = ProvisionPlaces(
            keys: { _ in KeyPlacesStandIn().places }, secrets: secrets.versions)
        return try Provisioner(settings, milliseconds: 60_000, places: places).run(task)
    }

    @discardableResult
    func migrate() throws -> Bool? {
        try run(.migrate).logins.first?.isChanged
    }

    /// Does one step; whether anything was left to do.
    @discardableResult
    func step(_ step: RotationRequest.Step, _ token: String, of secret: String = secret) throws -> Bool? {
        try run(.secret(RotationRequest(step, secret: secret, token: token))).rotation?.isChanged
    }

    func begin(of secret: String = secret) -> String {
        let token = UUID(high: 0x5EC2E7, low: .random(in: .min ... .max)).description
        secrets.beginRotation(secret, token)
        return token
    }

    func password(_ stage: SecretStage) throws -> String? {
        guard let value = secrets.value(Self.secret, stage) else { return nil }
        return try JSONDocument(parsing: value).root.member("password").string()
    }

    /// Whether the role logs in with the password at that stage.
    func logsIn(_ stage: SecretStage) throws -> Bool {
        guard let password = try password(stage) else { return false }
        let configuration = try server.configuration(.loyalty, password)
        do throws(DatabaseError) {
            let session = try PostgresConnection(configuration)
            return session.loginUsedPassword
        } catch {
            guard error.sqlState == "28P01" else { throw error }
            return false
        }
    }
}
