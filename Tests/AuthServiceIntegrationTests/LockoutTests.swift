import AuthKeys
import Codecs
import Cryptography
import PostgresClient
import ServiceKit
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import AuthService

@Suite("Attacks on signing in")
struct LockoutTests {
    @Test("C34: the answer to a wrong password is the same, whoever it is for")
    func sameAnswer() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let existing = try stage.person("ada@example.com")
            let others = [
                try stage.person("suspended@example.com", status: "suspended"),
                try stage.person("deleting@example.com", status: "deleting"),
                try stage.person("without@example.com", password: nil),
                try stage.person("forced@example.com"),
                try stage.person("locked@example.com"),
                StagePerson(id: existing.id, email: "nobody@example.com", password: "correct horse battery"),
                StagePerson(id: existing.id, email: "pending@example.com", password: "correct horse battery"),
            ]
            let connection = try database.connect()
            try connection.execute("update auth.users set must_reset = true where email_display like 'forced%'")
            let bucket = try ThrottleKeys(stage.keys().roots).bucket(.account, Array("locked@example.com".utf8))
            try connection.execute(
                "insert into auth.throttle (kind, bucket, failures, updated_at) values (3, \(bucket), 100, now())")
            try connection.execute(
                """
                insert into auth.pending_signups (signup_id, email_canonical, email_display, display_name, locale,
                    password_sealed, password_key, token_hash, created_at, expires_at)
                values (gen_random_uuid(), 'pending@example.com', 'pending@example.com', '', 'en', '\\x00', 1, '\\x00',
                    now(), now())
                """)
            let reference = try stage.login(existing, password: "quite another one", address: "198.51.100.1")
            #expect(reference.status == 401 && reference.code == "invalid_credentials")
            for (place, other) in others.enumerated() {
                // With the right password, as far as there is one.
                let answer = try stage.login(
                    other, password: other.password.isEmpty ? "correct horse battery" : other.password,
                    address: "198.51.\(place).2")
                #expect(answer.status == reference.status && answer.headers == reference.headers, "\(other.email)")
                #expect(answer.body == reference.body && answer.setCookies == reference.setCookies, "\(other.email)")
            }
        }
    }

    @Test("C35: of two hundred guesses at once five are evaluated")
    func atOnce() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let ada = try stage.person("ada@example.com")
            let clock = stage.clock
            let statuses = Mutex<[Int: Int]>([:])
            concurrently(20) { thread in
                guard let stage = try? AuthStage(database, clock: clock) else { return }
                for guess in 0..<10 {
                    let answer = try? stage.login(
                        ada, password: "guess \(thread) \(guess)", address: "10.0.\(thread).\(guess)")
                    statuses.withLock { $0[answer?.status ?? 0, default: 0] += 1 }
                }
            }
            #expect(statuses.withLock { $0 } == [401: 5, 429: 195])
        }
    }

    @Test("C36: an address without account is locked like any other, and its lock causes as much")
    func unknownAddress() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let ada = try stage.person("ada@example.com")
            let nobody = StagePerson(id: ada.id, email: "eve@example.com", password: "")
            func attack(_ person: StagePerson) throws -> [String] {
                try (0..<60).map { number in
                    stage.clock.advance(milliseconds: 700)
                    let answer = try stage.login(person, password: "guess \(number)", address: "10.1.\(number).1")
                    return "\(answer.status) \(answer.headers["retry-after"] ?? "-")"
                }
            }
            let known = try attack(ada)
            #expect(try attack(nobody) == known)
            #expect(known.contains("429 2") && known.filter { $0 == "401 -" }.count == 10)
            let events = try stage.events()
            #expect(events.map(\.type) == ["SignInLocked", "SignInLocked"])
            #expect(try events.map { try $0.sealed?.member("address").string() } == ["ada@example.com", ""])
            #expect(
                try events[0].detail.member("sealed").string().utf8.count
                    == events[1].detail.member("sealed").string().utf8.count)
        }
    }

    @Test("C37: whoever locks an account does not lock its owner's own device")
    func trustedDevice() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let ada = try stage.person("ada@example.com")
            let device = try stage.login(ada).returned("__Host-nw_dc")
            for number in 0..<50 { _ = try stage.login(ada, password: "guess", address: "10.2.0.\(number)") }
            #expect(try stage.login(ada, address: "10.2.1.1").status == 429)
            #expect(try stage.login(ada, cookies: [device], address: "10.2.1.1").status == 200)
            // Somebody else's device is worth nothing.
            let eve = try stage.person("eve@example.com")
            let foreign = try stage.login(eve).returned("__Host-nw_dc")
            for number in 0..<5 { _ = try stage.login(ada, password: "guess", address: "10.3.0.\(number)") }
            #expect(try stage.login(ada, cookies: [foreign], address: "10.3.1.1").status == 429)
            // Ten failures end the trust.
            for number in 0..<10 {
                let answer = try stage.login(ada, password: "guess", cookies: [device], address: "10.4.0.\(number)")
                #expect(answer.status == 401)
            }
            #expect(try stage.login(ada, cookies: [device], address: "10.4.1.1").status == 429)
        }
    }

    @Test("C38: after a hundred failures no password is right any more, but on a device that is trusted")
    func hardLock() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let ada = try stage.person("ada@example.com")
            let device = try stage.login(ada).returned("__Host-nw_dc")
            for number in 0..<100 {
                stage.clock.advance(seconds: 901)
                #expect(try stage.login(ada, password: "guess \(number)", address: "10.5.0.\(number)").status == 401)
            }
            stage.clock.advance(seconds: 901)
            #expect(try stage.login(ada, address: "10.6.0.1").code == "invalid_credentials")
            #expect(try stage.login(ada, cookies: [device], address: "10.6.0.2").status == 200)
            #expect(try stage.login(ada, address: "10.6.0.3").status == 200, "the owner has been there")
            // In these 25 hours the tenth failure was told of, and a day after it had not passed.
            let told = try stage.events().filter { $0.type == "SignInLocked" }
            #expect(told.count == 1)
        }
    }

    @Test("C39: a hundred thousand networks in a day get a hundred guesses at one account")
    func manyNetworks() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            try stage.person("ada@example.com")
            let row = try database.connect().query(
                """
                select count(*) filter (where r.wait_ms = 0) as counted, count(*) filter (where r.is_open) as evaluated
                  from generate_series(1, 100000) n, lateral auth.reserve_sign_in('ada@example.com', gen_random_uuid(),
                    '\\x00', 0::smallint, '\\x01', int4send(n), null, \(stage.clock.now) + n * interval '864 milliseconds') r
                """
            ).only()
            #expect(try row.decode("evaluated", as: Int64.self) <= 100)
            #expect(try row.decode("counted", as: Int64.self) < 120)
        }
    }

    @Test("C40: what a client writes into X-Forwarded-For changes nothing")
    func forwarded() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            var statuses: [Int] = []
            for number in 0..<12 {
                var request = StageRequest(
                    "POST", "/auth/login", #"{"email":"a\#(number)@example.com","password":"guess guess"}"#)
                request.headers["x-forwarded-for"] = "10.9.8.\(number)"
                request.headers["forwarded"] = "for=10.9.8.\(number)"
                request.headers["x-real-ip"] = "10.9.8.\(number)"
                statuses.append(try stage.call(request).status)
            }
            #expect(statuses == Array(repeating: 401, count: 10) + [429, 429])
        }
    }

    @Test("C45: a hash of an older cost is made anew by signing in, and the old one counts until that is committed")
    func upgrade() throws {
        try withDatabase { database in
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let stage = try AuthStage(database, through: proxy)
            let ada = try stage.person("ada@example.com")
            let older = try stage.seal(
                ada.password, for: ada.id, cost: ScryptCost(logN: 3, blockSize: 8, parallelism: 1))
            try database.connect().execute("update auth.users set password_sealed = \(older.bytes)")
            func stored() throws -> [UInt8] { try stage.value("select password_sealed as value from auth.users") }
            _ = try stage.login(ada, password: "wrong wrong wrong")
            #expect(try stored() == older.bytes, "a wrong password changes nothing")
            // The connection is lost wherever a message of the server's could be.
            var lost = 0
            for count in 0..<60 {
                proxy.arm(.cut(.server, after: count))
                let answer = try stage.login(ada, address: "10.7.\(count).1")
                stage.session.close()
                let now = try stored()
                if answer.status != 200 { lost += 1 }
                if now != older.bytes {
                    proxy.arm(nil)
                    #expect(try stage.login(ada, address: "10.8.\(count).1").status == 200)
                    try database.connect().execute("update auth.users set password_sealed = \(older.bytes)")
                }
                // What failed counts as failed until somebody succeeds.
                try database.connect().execute("delete from auth.throttle")
            }
            #expect(lost > 0)
            proxy.arm(nil)
            #expect(try stage.login(ada, address: "10.7.100.1").status == 200)
            #expect(try stored() != older.bytes)
            #expect(try stage.login(ada, address: "10.7.101.1").status == 200)
        }
    }
}
