import Codecs
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport

@testable import LoyaltyService

/// The service on a real database, at a time that the test chooses.
struct LoyaltyHarness {
    let database: TestDatabase
    let handler: InvocationHandler

    /// 2026-11-21, 12:00 UTC.
    static let noon = Timestamp(millisecondsSince1970: 1_795_262_400_000)

    /// - Parameters:
    ///   - proxy: stands between the service and the server
    ///   - keys: whether keys are published; nobody needs them who asks for no route
    init(
        _ database: TestDatabase, now: Timestamp = noon, through proxy: FaultProxy? = nil, keys: Bool = true
    ) throws {
        self.database = database
        let direct = try database.configuration(as: "nerdwork_loyalty")
        let session = Database(proxy?.through(direct) ?? direct)
        handler = LoyaltyService(database: session, gate: Self.gate(session, now), now: { now }).dispatcher.handle
        if keys { try TestTokens.publish(in: database) }
    }

    static func gate(_ session: Database, _ now: Timestamp) -> TokenGate {
        let keys = PublishedKeys(session, now: { now })
        return TokenGate(
            issuer: TestTokens.issuer, audience: TestTokens.audience, now: { now }, keys: keys.current)
    }

    /// The user whose token a request carries unless it says otherwise, and the same as a reader.
    static let ada = UUID(high: 0xADA, low: 0x1815)
    static let reader = ada.description

    /// Delivers one event and reads the answer.
    func deliver(_ event: [UInt8]) throws -> JSONValue {
        try JSONDocument(parsing: deliverRaw(event)).root
    }

    func deliverRaw(_ event: [UInt8]) throws -> [UInt8] {
        let deadline = SystemTime.inOneMinute
        return try handler(event, InvocationContext(requestID: "request", deadline: deadline))
    }

    /// A `ComicRead` as EventBridge delivers it.
    static func comicRead(
        _ id: String, reader: String = Self.reader, comic: String = "nausicaa", at time: Timestamp = noon,
        device: String? = nil, address: String? = nil
    ) -> [UInt8] {
        event(id) { detail in
            detail.member("userId", reader)
            detail.member("comicId", comic)
            detail.member("timestamp", time.millisecondsSince1970)
            detail.optional("deviceId", device)
            detail.optional("clientAddress", address)
        }
    }

    static func event(_ id: String, _ detail: (inout JSONObjectWriter) -> Void) -> [UInt8] {
        JSONWriter.object { event in
            event.member("version", "0")
            event.member("id", id)
            event.member("detail-type", "ComicRead")
            event.member("source", "nerdwork.comic")
            event.member("account", "123456789012")
            event.member("time", "2026-11-21T12:00:00Z")
            event.member("region", "us-east-1")
            event.member("resources", [String]())
            event.member("detail", detail)
        }.bytes
    }

    /// Ada's request, with her token.
    func get(_ path: String, query: String = "") throws -> (status: Int64, body: JSONValue) {
        try get(path, query: query, authorization: "Bearer " + TestTokens.token(for: Self.ada, at: Self.noon))
    }

    /// A request as API Gateway sends it.
    ///
    /// Its authorizer names somebody else than the token does, which must not count.
    func get(
        _ path: String, query: String = "", authorization: String?
    ) throws -> (status: Int64, body: JSONValue) {
        let request = JSONWriter.object { request in
            request.member("version", "2.0")
            request.member("routeKey", "GET \(path)")
            request.member("rawPath", path)
            request.member("rawQueryString", query)
            request.member("headers") { headers in
                headers.member("host", "api.example")
                headers.optional("authorization", authorization)
            }
            request.member("requestContext") { context in
                context.member("http") { http in
                    http.member("method", "GET")
                    http.member("path", path)
                    http.member("protocol", "HTTP/1.1")
                    http.member("sourceIp", "192.0.2.1")
                    http.member("userAgent", "test")
                }
                context.member("authorizer") { authorizer in
                    authorizer.member("jwt") { jwt in jwt.member("claims") { $0.member("sub", "grace") } }
                }
                context.member("requestId", "id")
                context.member("stage", "$default")
                context.member("timeEpoch", Self.noon.millisecondsSince1970)
            }
            request.member("isBase64Encoded", false)
        }
        let answer = try JSONDocument(parsing: deliverRaw(request.bytes)).root
        let body = try JSONDocument(parsing: answer.member("body").string()).root
        return (try answer.member("statusCode").integer(), body)
    }

    func balance(of reader: String) throws -> Int64? {
        let rows = try database.connect().query("select balance from ledger.balance(\("wallet:" + reader))")
        return try rows.first?.decode("balance")
    }

    func count(_ sql: SQL) throws -> Int64 {
        try database.connect().query(sql).only().decode("count")
    }
}
