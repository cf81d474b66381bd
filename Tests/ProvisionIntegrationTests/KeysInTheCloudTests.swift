import AWSClient
import AuthKeys
import Codecs
import HTTPTransport
import LambdaRuntime
import Platform
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import ProvisionService

@Suite("With moto's Secrets Manager and S3, provisioning")
struct KeysInTheCloudTests {
    private let moto: MotoServer
    private let name = "keys-\(UInt64.random(in: 0 ... .max))"

    init() throws {
        moto = try MotoServer.unguarded()
    }

    /// moto believes everybody here; the scope tells it which service is meant.
    @discardableResult
    private func call(
        _ service: String, _ method: HTTPRequest.Method = .post, path: String = "/",
        _ fields: [(name: String, value: String)] = [("Content-Type", "application/x-amz-json-1.1")],
        _ body: String = ""
    ) throws -> HTTPResponse {
        let scope = "Credential=test/20260101/eu-west-1/\(service)/aws4_request"
        let authorization = "AWS4-HMAC-SHA256 \(scope), SignedHeaders=host, Signature=0"
        return try HTTPConnection(.init(userAgent: "nerdwork-test")).perform(
            HTTPRequest(
                method, moto.url + path, headers: HTTPHeaderList(fields + [("Authorization", authorization)]),
                body: Array(body.utf8), timeoutMilliseconds: 60_000))
    }

    private func createSecret(_ value: String?) throws {
        let text = value.map { ",\"SecretString\":\"\($0)\"" } ?? ""
        let answer = try call(
            "secretsmanager", .post, path: "/",
            [
                ("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", "secretsmanager.CreateSecret"),
            ], #"{"Name":"\#(name)"\#(text)}"#)
        #expect(answer.status == 200)
        let region =
            "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>"
        #expect(try call("s3", .put, path: "/\(name)", [("Content-Type", "application/xml")], region).status == 200)
    }

    private func variables(_ database: TestDatabase) -> [String: String] {
        [
            "PGHOST": database.server.socketDirectory, "PGDATABASE": database.name,
            "PGUSER": database.server.superuser, "PGSSLMODE": "disable", "AUTH_KEYS_SECRET_ARN": name,
            "DISCOVERY_BUCKET": name, "TOKEN_ISSUER": "https://issuer.test", "AWS_ENDPOINT_URL": moto.url,
            "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        ]
    }

    private func invoke(_ payload: String, _ variables: [String: String]) throws -> JSONValue {
        let deadline = SystemClock.now().advanced(byMilliseconds: 120_000)
        let answer = try ProvisionFunction(environment: { variables[$0] }).handler(
            Array(payload.utf8), InvocationContext(requestID: "r-1", deadline: deadline))
        return try JSONDocument(parsing: answer).root
    }

    @Test("makes and publishes the keys after the migrations", arguments: [nil, "{}"])
    func migrate(value: String?) throws {
        try createSecret(value)
        try withDatabase(migrated: false) { database in
            let variables = variables(database)
            let report = try invoke("{}", variables)
            #expect(try report.member("version").integer() >= 9)
            #expect(try Array(report.member("keys").member("changes").elements).count == 3)
            let active = try report.member("keys").member("active").string()

            let client = AWSClient(environment: { variables[$0] })
            let document = try AuthKeyDocument(parsing: client.secretValue(name, call: AWSCall()))
            #expect(document.active?.kid == active)
            let published = try call("s3", .get, path: "/\(name)/.well-known/jwks.json")
            #expect(published.body == (try AuthKeySnapshot(document).publishedJSON))
            #expect(published.fields["Cache-Control"] == "public, max-age=600")
            #expect(published.fields["Content-Type"] == "application/json")
            let configuration = try call("s3", .get, path: "/\(name)/.well-known/openid-configuration")
            #expect(configuration.body == DiscoveryDocument.configuration(issuer: "https://issuer.test"))

            let again = try invoke(#"{"action":"rotate-keys"}"#, variables)
            #expect(again["version"] == nil)
            #expect(try Array(again.member("keys").member("changes").elements).isEmpty)
            let revoked = try invoke(#"{"action":"revoke-key","kid":"\#(active)"}"#, variables)
            #expect(try revoked.member("keys").member("active").string() != active)
            let kept = try database.connect().query("select state from auth.signing_keys where kid = \(active)")
            #expect(try kept.only().decode("state") == "revoked")
        }
    }

    @Test("by command says what it did, and refuses an unknown key")
    func command() throws {
        try createSecret("{}")
        try withDatabase { database in
            let variables = variables(database)
            var (said, complaints): ([String], [String]) = ([], [])
            func run(_ arguments: [String]) -> ProvisionCommand.Status {
                ProvisionCommand.run(
                    arguments: arguments, environment: { variables[$0] }, say: { said.append($0) },
                    complain: { complaints.append($0) },
                    provision: { try Provisioner.run($0, $1, environment: { variables[$0] }) })
            }
            #expect(run(["rotate-keys"]) == .done)
            #expect(said.prefix(3) == ["made a new root", "made the first key", "made the next key"])
            #expect(run(["revoke-key", "unknown"]) == .failed)
            #expect(complaints == ["provision: no key has this identifier"])
            #expect(run(["rotate-root"]) == .done)
        }
    }

    @Test("that finds no bucket fails, and is completed when there is one")
    func noBucket() throws {
        try createSecret("{}")
        try withDatabase { database in
            var variables = variables(database)
            variables["DISCOVERY_BUCKET"] = "no-such-bucket"
            let error = #expect(throws: FunctionError.self) { try invoke(#"{"action":"rotate-keys"}"#, variables) }
            #expect(error?.message.contains("NoSuchBucket") == true)
            variables["DISCOVERY_BUCKET"] = name
            let report = try invoke(#"{"action":"rotate-keys"}"#, variables)
            #expect(try Array(report.member("keys").member("changes").elements).isEmpty)
            #expect(try call("s3", .get, path: "/\(name)/.well-known/jwks.json").status == 200)
        }
    }
}
