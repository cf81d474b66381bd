import AWSClient
import AuthKeys
import Codecs
import JSONWebToken
import LambdaEvents
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

@Suite("The discovery documents")
struct DiscoveryTests {
    private static let start = Timestamp(millisecondsSince1970: 1_790_000_000_000)
    private static let document = Result { try KeyRotation.advance(.empty, now: start).document }

    /// A service whose database is out of reach, so that whatever asks for it fails.
    private func service(_ keys: KeyRing, seals: SealSource? = nil) throws -> AuthService {
        let nowhere = try ConnectionConfiguration(environment: { name in
            ["PGHOST": "/nonexistent", "PGDATABASE": "x", "PGUSER": "x"][name]
        })
        return AuthService(
            database: Database(nowhere), keys: keys,
            seals: seals ?? SealSource { _ in throw AuthKeyError.unavailable },
            settings: AuthSettings(issuer: "https://issuer.test", audience: "nerdwork-api", origins: []),
            now: { Self.start })
    }

    private let context = InvocationContext(
        requestID: "8476a536-e9f4-11e8-9739-2dfe598c3fcd", deadline: Timestamp(millisecondsSince1970: .max))

    private func get(_ path: String, _ service: AuthService) throws -> APIGatewayResponse {
        let request = APIGatewayRequest(
            context: .init(http: .init(method: "GET", path: path), authorizer: nil, stage: "$default"), rawPath: path,
            rawQueryString: "", headers: [:], body: nil, isBase64Encoded: false)
        var writer = JSONWriter()
        writer.value(request)
        let bytes = try service.dispatcher.handle(writer.bytes, context)
        return try APIGatewayResponse(json: JSONDocument(parsing: bytes).root)
    }

    @Test("are what is published in the bucket, byte for byte, and may be cached for ten minutes")
    func bytes() throws {
        let document = try Self.document.get()
        let service = try service(try KeyRing(document: document))
        let expected = [
            (DiscoveryDocument.configurationPath, DiscoveryDocument.configuration(issuer: "https://issuer.test")),
            (DiscoveryDocument.keysPath, try document.keySet.json),
        ]
        for (path, body) in expected {
            let answer = try get(path, service)
            #expect(answer.statusCode == 200)
            #expect(answer.bodyBytes == body)
            #expect(answer.headers.field("content-type") == "application/json")
            #expect(answer.headers.field("cache-control") == "public, max-age=600")
            #expect(answer.headers.pairs.count { $0.name == "cache-control" } == 1)
        }
    }

    /// OpenID Connect Discovery 1.0, section 3: what is required; the names are those that gateways look for.
    @Test("say what OpenID Connect asks for, with the issuer as it stands in the tokens")
    func configuration() throws {
        let root = try JSONDocument(
            parsing: DiscoveryDocument.configuration(issuer: "https://issuer.test")
        ).root
        for (name, value) in [
            ("issuer", "https://issuer.test"), ("jwks_uri", "https://issuer.test/.well-known/jwks.json"),
            ("authorization_endpoint", "https://issuer.test/oauth/authorize"),
            ("token_endpoint", "https://issuer.test/auth/token/refresh"),
        ] {
            #expect(root[name]?.matches(value) == true, "\(name)")
        }
        let lists = ["response_types_supported", "subject_types_supported", "id_token_signing_alg_values_supported"]
        for name in lists { #expect(try !Array(root.member(name).elements).isEmpty, "\(name)") }
        #expect(root["grant_types_supported"] == nil)
    }

    @Test("ask nobody: the keys are those in memory, however old, and 503 without any")
    func noCalls() throws {
        var (calls, now) = (0, Self.start)
        var stored: [UInt8]?
        let ring = KeyRing(
            secret: { _ in
                calls += 1
                guard let stored else { throw AuthKeyError.unavailable }
                return stored
            }, now: { now })
        let service = try service(ring)
        let empty = try get(DiscoveryDocument.keysPath, service)
        #expect(empty.statusCode == 503 && calls == 0)
        #expect(try JSONDocument(parsing: empty.bodyBytes).root["code"]?.matches("unavailable") == true)
        #expect(try get(DiscoveryDocument.configurationPath, service).statusCode == 200)

        stored = try Self.document.get().json
        service.refreshKeys(after: context)
        #expect(calls == 1)
        now = now.advanced(byMilliseconds: 30 * 86_400_000)
        for _ in 0..<3 { #expect(try get(DiscoveryDocument.keysPath, service).statusCode == 200) }
        #expect(calls == 1)
        service.refreshKeys(after: context)
        service.refreshKeys(after: context)
        #expect(calls == 2)
    }

    @Test("A service without keys or seal answers 503 where it needs them")
    func unavailable() throws {
        let service = try service(KeyRing(secret: { _ in throw AuthKeyError.unavailable }))
        #expect(throws: Problem.unavailable) { try service.currentKeys(context) }
        #expect(throws: Problem.unavailable) { try service.eventSeal(context) }
    }

    @Test("The seal follows its secret")
    func seal() throws {
        var secret = [UInt8](repeating: 1, count: 32)
        let service = try service(
            KeyRing(secret: { _ in throw AuthKeyError.unavailable }), seals: SealSource { _ in secret })
        let id = try #require(UUID("018f6f5e-0000-7000-8000-000000000001"))
        let sealed = try service.eventSeal(context).seal(Array("text".utf8), eventID: id)
        #expect(try service.eventSeal(context).open(sealed, eventID: id) == Array("text".utf8))
        secret = [UInt8](repeating: 2, count: 32)
        #expect(throws: EventSealError.notAuthentic) { try service.eventSeal(context).open(sealed, eventID: id) }
    }
}
