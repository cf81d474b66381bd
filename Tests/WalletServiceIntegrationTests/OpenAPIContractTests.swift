import Codecs
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@testable import WalletService

/// docs/openapi.json against the service on a real database: what it says happens, and nothing else does.
@Suite("The wallet answers what docs/openapi.json says")
struct OpenAPIContractTests {
    private typealias Harness = WalletHarness
    private typealias Observation = OpenAPIDocument.Observation

    /// Cannot be brought about: it would be a mistake of ours.
    private static let unreachable = "internal"

    @Test("Every documented answer of every operation can be provoked, and no other one was given")
    func contract() throws {
        try Harness.withPeople { wallet in
            let play = try WalletPlay(wallet)
            try play.reading()
            try play.keysAndBodies()
            try play.payments()
            try play.reversals()
            try play.holds()
            try play.strangers()
            try play.unavailable()
            let documented = try Set(play.operations.flatMap { try play.document.allowed($0) }).filter {
                $0.code != Self.unreachable
            }
            #expect(documented.count > 100)
            let missing = documented.subtracting(play.observed).sorted()
            #expect(missing == [], "documented, but nothing brings it about")
            let surplus = play.observed.subtracting(documented).sorted()
            #expect(surplus == [], "given, but not documented")
        }
    }
}

/// Plays requests, compares each answer with the document, and remembers which ones there were.
final class WalletPlay {
    let wallet: WalletHarness
    let document: OpenAPIDocument
    /// The operations of the function, but for the proof, whose answers come from the audit's evidence.
    let operations: [OpenAPIDocument.Operation]
    private(set) var observed: Set<OpenAPIDocument.Observation> = []
    private var keys = 0

    static let boss = WalletHarness.user(9)
    static let weak = WalletHarness.user(10)
    /// A creator whose wallet is closed.
    static let closed = WalletHarness.user(11)

    init(_ wallet: WalletHarness) throws {
        self.wallet = wallet
        document = try OpenAPIDocument()
        operations = document.operations.filter { $0.function == "WalletFunction" && $0.path != "/wallet/proof" }
        try wallet.add(Self.boss, role: "admin", acr: "aal2")
        try wallet.add(Self.weak, role: "admin", acr: "aal1")
        try wallet.add(Self.closed, role: "creator")
        try wallet.grant(5, to: Self.closed)
        try wallet.grant(10_000, to: WalletHarness.ada)
        _ = try wallet.database.connect().query(
            """
            update ledger.balances set closed_at = now() where account_id =
                (select account_id from ledger.accounts where reference = \("wallet:\(Self.closed)"))
            """)
    }

    func freshKey() -> String {
        keys += 1
        return "play-\(keys)"
    }

    @discardableResult
    func expect(
        _ status: Int64, _ code: String = "", _ method: String, _ path: String, _ body: String? = nil,
        _ request: WalletHarness.Request? = nil, on other: WalletHarness? = nil,
        location: SourceLocation = #_sourceLocation
    ) throws -> WalletHarness.Answer {
        let request = request ?? WalletHarness.Request(key: freshKey())
        let answer = try (other ?? wallet).call(method, path, body, request)
        #expect(
            answer.status == status && (status < 400 || answer.code == code),
            "\(method) \(path) is \(answer.status) \(answer.code ?? "") and not \(status) \(code)",
            sourceLocation: location)
        try compare(answer, method, path, location)
        return answer
    }

    private func compare(
        _ answer: WalletHarness.Answer, _ method: String, _ path: String, _ location: SourceLocation
    ) throws {
        let operation = try #require(document.operation(method, path), sourceLocation: location)
        let status = Int(answer.status)
        observed.insert(
            .init(operation: operation.name, status: status, code: status < 400 ? "" : answer.code ?? "without code"))
        let response = try #require(
            operation.responses[status], "\(operation.name) \(status)", sourceLocation: location)
        let type = answer.headers["content-type"] ?? ""
        let content = try #require(response["content"]?[type], "\(operation.name): \(type)", sourceLocation: location)
        guard type.hasSuffix("json") else { return }
        let complaints = try OpenAPISchema(root: document.root).complaints(answer.json(), content.member("schema"))
        #expect(complaints == [], "\(operation.name) \(status)", sourceLocation: location)
    }

    /// A request that goes all the way to the database.
    func path(_ operation: OpenAPIDocument.Operation) -> String {
        operation.path.replacing("{id}", with: WalletHarness.user(70).description)
    }

    static let bodies: [String: String] = [
        "POST /wallet/transfers": Body.tip(1, to: WalletHarness.grace),
        "POST /wallet/purchases": Body.purchase(1, from: WalletHarness.carla),
        "POST /wallet/transactions/{id}/reversal": Body.reason,
        "POST /wallet/holds": Body.hold(1, for: WalletHarness.carla), "POST /wallet/holds/{id}/capture": Body.amount(1),
    ]

    /// Who may ask for the operation.
    func caller(_ operation: OpenAPIDocument.Operation, key: String?) -> WalletHarness.Request {
        operation.path.hasSuffix("/reversal") ? .operating(Self.boss, key: key) : .init(key: key)
    }
}
