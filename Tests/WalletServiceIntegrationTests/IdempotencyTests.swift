import Codecs
import PostgresClient
import ServiceKit
import Synchronization
import TestSupport
import Testing

@testable import WalletService

@Suite("A request that comes again")
struct IdempotencyTests {
    private typealias Harness = WalletHarness

    @Test("50 copies at once have one effect, and their answers are the same bytes")
    func copies() throws {
        try WalletHarness.withPeople { (wallet) throws in
            let database = wallet.database
            let answers = Mutex<[[UInt8]]>([])
            let failures = Mutex<[String]>([])
            concurrently(50) { _ in
                do {
                    let answer = try WalletHarness(database).post(
                        "/wallet/transfers", Body.tip(7, to: Harness.grace), "once")
                    guard answer.status == 201 else { throw HarnessFailure("status \(answer.status)") }
                    answers.withLock { $0.append(answer.body) }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            #expect(answers.withLock { $0.count } == 50 && answers.withLock { Set($0).count } == 1)
            #expect(try wallet.balance(of: Harness.ada) == (93, 0))
            #expect(try wallet.balance(of: Harness.grace) == (7, 0))
            #expect(try wallet.number("select count(*) as number from outbox.events") == 1)
            #expect(try wallet.number("select count(*) as number from wallet.requests") == 1)
        }
    }

    @Test("only the first one notes its event")
    func noted() throws {
        try WalletHarness.withPeople { wallet in
            let written = WrittenEvents(isPublished: true)
            let second = try WalletHarness(wallet.database, written: written)
            for expected in [1, 0] {
                _ = try second.post("/wallet/transfers", Body.tip(7, to: Harness.grace), "once")
                let noted = written.take()
                #expect(noted.count == expected)
                for id in noted {
                    let known = "select count(*) as number from outbox.events where event_id = \(id)" as SQL
                    #expect(try wallet.number(known) == 1)
                }
            }
        }
    }

    @Test("the order of members and blanks do not make it another one; anything else does, and moves nothing")
    func otherBody() throws {
        try WalletHarness.withPeople { wallet in
            let first = try wallet.post("/wallet/transfers", Body.tip(7, to: Harness.grace), "key")
            let same = #"{ "amount": 7, "recipientId": "\#(Harness.grace)" }"#
            #expect(try wallet.post("/wallet/transfers", same, "key").body == first.body)
            let books = try wallet.books()
            let others = [
                ("/wallet/transfers", Body.tip(8, to: Harness.grace)),
                ("/wallet/transfers", Body.tip(7, to: Harness.carla)),
                ("/wallet/purchases", Body.purchase(7, from: Harness.carla)),
                ("/wallet/holds", Body.hold(7, for: Harness.carla)),
            ]
            for (path, body) in others {
                let answer = try wallet.post(path, body, "key")
                #expect((answer.status, answer.code) == (422, "idempotency_key_reused"), "\(path) \(body)")
            }
            #expect(try wallet.books() == books)
            // The key is the caller's own: somebody else's is another one.
            try wallet.grant(10, to: Harness.grace)
            #expect(
                try wallet.post("/wallet/transfers", Body.tip(3, to: Harness.ada), "key", as: Harness.grace).status
                    == 201)
        }
    }

    @Test("what was refused stays refused after a top-up, with the same bytes; a new key asks anew")
    func sticky() throws {
        try WalletHarness.withPeople { wallet in
            let body = Body.tip(150, to: Harness.grace)
            let first = try wallet.post("/wallet/transfers", body, "poor")
            #expect((first.status, first.code) == (409, "insufficient_funds"))
            let unknown = WalletHarness.user(50)
            let early = try wallet.post("/wallet/transfers", Body.tip(1, to: unknown), "unknown")
            #expect(early.code == "unknown_recipient")
            try wallet.grant(100, to: Harness.ada)
            try wallet.add(unknown)
            #expect(try wallet.post("/wallet/transfers", body, "poor").body == first.body)
            #expect(try wallet.post("/wallet/transfers", Body.tip(1, to: unknown), "unknown").body == early.body)
            #expect(try wallet.balance(of: Harness.ada) == (200, 0))
            #expect(try wallet.post("/wallet/transfers", body, "rich").status == 201)
            #expect(try wallet.post("/wallet/transfers", Body.tip(1, to: unknown), "known").status == 201)
        }
    }

    @Test("every writing route needs a key of the right form")
    func required() throws {
        try WalletHarness.withPeople { wallet in
            let id = WalletHarness.user(70).description
            let routes = [
                ("/wallet/transfers", Body.tip(1, to: Harness.grace)),
                ("/wallet/purchases", Body.purchase(1, from: Harness.carla)),
                ("/wallet/holds", Body.hold(1, for: Harness.carla)), ("/wallet/holds/\(id)/capture", Body.amount(1)),
                ("/wallet/holds/\(id)/release", "{}"),
            ]
            for (path, body) in routes {
                #expect(try wallet.post(path, body, nil).code == "idempotency_key_required", "\(path)")
                for key in ["", " ", "a b", String(repeating: "a", count: 256), "é"] {
                    #expect(try wallet.post(path, body, key).code == "invalid_idempotency_key", "\(path)")
                }
            }
            try wallet.add(WalletHarness.user(9), role: "admin", acr: "aal2")
            let reversal = try wallet.call(
                "POST", "/wallet/transactions/\(id)/reversal", Body.reason, .operating(WalletHarness.user(9)))
            #expect(reversal.code == "idempotency_key_required")
            #expect(try wallet.number("select count(*) as number from wallet.requests") == 0)
        }
    }

    @Test("one round trip, whether it is new or repeated")
    func roundTrips() throws {
        try WalletHarness.withPeople { wallet in
            let proxy = try FaultProxy(to: wallet.database.server)
            defer { proxy.stop() }
            let session = Database(proxy.through(try wallet.database.configuration(as: "nerdwork_wallet")))
            let through = try WalletHarness(wallet.database, session: session)
            _ = try through.post("/wallet/transfers", Body.tip(1, to: Harness.grace), "first")
            for key in ["second", "second"] {
                proxy.arm(nil)
                #expect(try through.post("/wallet/transfers", Body.tip(1, to: Harness.grace), key).status == 201)
                #expect(proxy.roundTrips == 1)
            }
        }
    }

    @Test(
        "cut at any message of either side, and repeated: made exactly once, with one answer",
        arguments: FaultProxy.Side.allCases)
    func cut(side: FaultProxy.Side) throws {
        try WalletHarness.withPeople { wallet in
            let proxy = try FaultProxy(to: wallet.database.server)
            defer { proxy.stop() }
            let configuration = proxy.through(try wallet.database.configuration(as: "nerdwork_wallet"))
            var number: Int64 = 0
            var wasCut = true
            while wasCut {
                number += 1
                try #require(number < 60, "the fault never ran out of messages")
                // A plain session: the service's own would repeat by itself, and hide what the cut left.
                let connection = try PostgresConnection(configuration, timeoutMilliseconds: 60_000)
                let key = try #require(RequestKey("cut-\(side)-\(number)", caller: Harness.ada))
                let decide = CommandStore.decide(
                    WalletCommand(operation: .tip, other: Harness.grace, amount: 1), key, caller: Harness.ada,
                    session: WalletHarness.session(of: Harness.ada), isOperator: false, now: WalletHarness.noon)
                proxy.arm(.cut(side, after: Int(number) - 1))
                let answer = try? CommandStore.decode(connection.query(decide).only())
                wasCut = !proxy.isArmed
                proxy.arm(nil)
                let again = try wallet.post(
                    "/wallet/transfers", Body.tip(1, to: Harness.grace), "cut-\(side)-\(number)")
                #expect(again.status == 201, "message \(number)")
                #expect(try again.integer("balance") == 100 - number, "message \(number)")
                #expect(try wallet.balance(of: Harness.grace) == (number, 0), "message \(number)")
                if let answer { #expect(try answer.response().body == again.body, "message \(number)") }
                #expect(wasCut || answer != nil)
            }
            #expect(number > 3)
            #expect(try wallet.number("select count(*) as number from outbox.events") == number)
        }
    }

    @Test("the service itself repeats what was cut, and the caller sees nothing of it", arguments: 0..<12)
    func repeatsItself(after messages: Int) throws {
        try WalletHarness.withPeople { wallet in
            let proxy = try FaultProxy(to: wallet.database.server)
            defer { proxy.stop() }
            let session = Database(proxy.through(try wallet.database.configuration(as: "nerdwork_wallet")))
            let through = try WalletHarness(wallet.database, session: session)
            _ = try through.get("/wallet")
            proxy.arm(.cut(.server, after: messages))
            #expect(try through.post("/wallet/transfers", Body.tip(5, to: Harness.grace), "k").status == 201)
            #expect(try wallet.balance(of: Harness.grace) == (5, 0))
        }
    }
}

struct HarnessFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
