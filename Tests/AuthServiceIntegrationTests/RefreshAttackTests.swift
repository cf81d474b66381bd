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

@Suite("Attacks on sessions and their refresh tokens")
struct RefreshAttackTests {
    /// Hands over a stage, somebody, and the refresh token of a session of theirs.
    private func withSession(
        role: String = "reader", _ body: (AuthStage, StagePerson, String) throws -> Void
    ) throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let ada = try stage.person("ada@example.com", role: role)
            try body(stage, ada, try #require(stage.login(ada).cookie("__Host-nw_rt")))
        }
    }

    @Test("B22: a token that is used again after 31 seconds ends the session for everybody and tells its owner")
    func replay() throws {
        try withSession { stage, _, first in
            let second = try #require(stage.refresh(first).cookie("__Host-nw_rt"))
            stage.clock.advance(seconds: 31)
            #expect(try stage.refresh(first).code == "refresh_reused")
            #expect(try stage.refresh(second).status == 401)
            #expect(try stage.refresh(first).status == 401)
            let told = try stage.events().filter { $0.type == "SessionRevoked" }
            #expect(told.count == 1)
            #expect(try told[0].detail.member("reason").string() == "refresh_reuse")
            #expect(try told[0].sealed?.member("address").string() == "ada@example.com")
        }
    }

    @Test("B23: fifty refreshes at once rotate once and revoke nothing")
    func atOnce() throws {
        try withSession { stage, _, first in
            let database = stage.database
            let clock = stage.clock
            let tokens = Mutex<[String?]>([])
            concurrently(50) { _ in
                let answer = try? AuthStage(database, clock: clock).refresh(first)
                tokens.withLock { $0.append(answer?.cookie("__Host-nw_rt")) }
            }
            let answered = tokens.withLock { $0 }
            #expect(answered.count == 50 && !answered.contains(nil))
            #expect(Set(answered).count == 1, "all got the same token")
            let rotations: Int64 = try stage.value("select refresh_counter as value from auth.sessions")
            let revoked: Int64 = try stage.value("select count(revoked_at) as value from auth.sessions")
            #expect(rotations == 1 && revoked == 0)
        }
    }

    @Test("B24: whoever lost the answer gets the same token again, five times; the sixth ends the session")
    func lostAnswer() throws {
        try withSession { stage, _, first in
            let second = try stage.refresh(first).cookie("__Host-nw_rt")
            for _ in 0..<5 {
                stage.clock.advance(seconds: 3)
                #expect(try stage.refresh(first).cookie("__Host-nw_rt") == second)
            }
            stage.clock.advance(seconds: 3)
            #expect(try stage.refresh(first).code == "refresh_reused")
            #expect(try stage.refresh(second ?? "").code == "refresh_reused")
        }
    }

    @Test("B25: a token with any bit changed is refused without asking the database")
    func changedBits() throws {
        try withDatabase { database in
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let stage = try AuthStage(database, through: proxy)
            let ada = try stage.person("ada@example.com")
            let token = try #require(stage.login(ada).cookie("__Host-nw_rt"))
            let bytes = try #require(Base64.decode(token.utf8.dropFirst(4), alphabet: .url))
            proxy.arm(nil)
            for position in bytes.indices {
                for bit in 0..<8 {
                    var changed = bytes
                    changed[position] ^= 1 << UInt8(bit)
                    let text = "nwr_" + Base64.encode(changed, alphabet: .url)
                    #expect(try stage.refresh(text).code == "refresh_invalid")
                }
            }
            for text in [String(token.dropLast()), token + "A", token + "=", "nwx_" + token.dropFirst(4), "x"] {
                #expect(try stage.refresh(text).code == "refresh_invalid")
            }
            #expect(proxy.messageCount(from: .client) == 0)
            #expect(try stage.refresh(token).status == 200)
        }
    }

    @Test("B26: a counter that was never given out, another session or another salt is refused")
    func forged() throws {
        try withSession { stage, ada, token in
            let roots = try stage.keys().roots
            let read = try #require(try RefreshToken(token.utf8, roots: roots))
            let salt: [UInt8] = try stage.value("select refresh_salt as value from auth.sessions")
            func forge(_ session: UUID, _ counter: UInt32, _ salt: [UInt8]) throws -> String {
                try RefreshToken(
                    sessionID: session, counter: counter, salt: salt, keyID: roots.currentID, roots: roots
                ).text
            }
            #expect(try stage.refresh(forge(read.sessionID, 1, salt)).code == "refresh_invalid")
            let nobody = try RandomIdentifier.make(at: stage.clock.now)
            #expect(try stage.refresh(forge(nobody, 0, salt)).code == "refresh_invalid")
            let foreign = [UInt8](repeating: 7, count: 16)
            #expect(try stage.refresh(forge(read.sessionID, 0, foreign)).code == "refresh_invalid")
            #expect(try stage.refresh(token).status == 200, "and its owner noticed nothing")
        }
    }

    @Test("B27: after a suspension or a reset nothing is refreshed, and a new role is in the next token")
    func changedAccount() throws {
        try withSession { stage, ada, token in
            let connection = try stage.database.connect()
            try connection.execute("update auth.users set role = 'creator'")
            let answer = try stage.refresh(token)
            #expect(try answer.text("user.role") == "creator")
            #expect(try answer.text("scope").contains("comics:write"))
            let next = try #require(answer.cookie("__Host-nw_rt"))
            try connection.execute("update auth.users set status = 'suspended'")
            #expect(try stage.refresh(next).code == "session_expired")
            try connection.execute("update auth.users set status = 'active'")
            try connection.execute("update auth.sessions set revoked_at = now(), revoke_reason = 'password_reset'")
            #expect(try stage.refresh(next).code == "session_expired")
        }
    }

    @Test("B28: a refresh by cookie without our field, from another origin or as a form is refused")
    func crossSite() throws {
        try withSession { stage, _, token in
            func answer(_ change: (inout StageRequest) -> Void) throws -> StageAnswer {
                var request = StageRequest("POST", "/auth/token/refresh", nil, cookies: ["__Host-nw_rt=\(token)"])
                change(&request)
                return try stage.call(request)
            }
            let refused = try [
                answer { $0.headers["x-nw-csrf"] = nil }, answer { $0.headers["x-nw-csrf"] = "0" },
                answer { $0.headers["origin"] = "https://evil.test" },
                answer { $0.headers["origin"] = AuthStage.origin + ".evil.test" },
                answer { $0.headers["origin"] = nil }, answer { $0.headers["content-type"] = "text/plain" },
            ]
            #expect(refused.map(\.status) == Array(repeating: 403, count: 6))
            #expect(refused.allSatisfy { $0.code == "csrf_rejected" })
            #expect(try stage.refresh(token).status == 200, "nothing of it counted")
        }
    }

    @Test("B29: signing out twice is 204 twice, takes the cookie away and ends the session")
    func signOut() throws {
        try withSession { stage, _, token in
            for _ in 0..<2 {
                let answer = try stage.call(
                    StageRequest("POST", "/auth/logout", "{}", cookies: ["__Host-nw_rt=\(token)"]))
                #expect(answer.status == 204)
                #expect(answer.setCookies.contains { $0.hasPrefix("__Host-nw_rt=;") && $0.contains("Max-Age=0") })
            }
            #expect(try stage.refresh(token).code == "session_expired")
            #expect(try stage.call(StageRequest("POST", "/auth/logout", "{}")).status == 204)
            let entries: Int64 = try stage.value(
                "select count(*) as value from auth.audit_log where event = 'sign_out'")
            #expect(entries == 1)
        }
    }

    @Test("B30: a session that somebody planted before signing in is not the one that is signed in")
    func fixation() throws {
        try withSession { stage, ada, planted in
            let answer = try stage.login(ada, cookies: ["__Host-nw_rt=\(planted)"])
            let roots = try stage.keys().roots
            let before = try #require(try RefreshToken(planted.utf8, roots: roots))
            let after = try #require(try RefreshToken((answer.cookie("__Host-nw_rt") ?? "").utf8, roots: roots))
            #expect(before.sessionID != after.sessionID)
            // Two cookies of one name: nobody can tell which one is ours.
            let both = StageRequest(
                "POST", "/auth/token/refresh", "{}",
                cookies: ["__Host-nw_rt=\(planted)", answer.returned("__Host-nw_rt")])
            #expect(try stage.call(both).code == "refresh_invalid")
        }
    }

    @Test(
        "B31: a session ends after 14 days without use and after 30 days, an administrator's after an hour and 12 hours",
        arguments: [("reader", 14 * 86_400, 30 * 86_400), ("admin", 3_600, 43_200)] as [(String, Int64, Int64)])
    func ends(role: String, idle: Int64, absolute: Int64) throws {
        for (lateness, status) in [(-1, 200), (0, 401), (1, 401)] as [(Int64, Int)] {
            try withSession(role: role) { stage, _, token in
                stage.clock.advance(seconds: idle + lateness)
                let answer = try stage.refresh(token)
                #expect(answer.status == status, "idle \(lateness)")
                if status == 401 { #expect(answer.code == "session_expired") }
            }
            try withSession(role: role) { stage, _, first in
                var token = first
                var passed: Int64 = 0
                while passed + idle - 1 < absolute + lateness {
                    stage.clock.advance(seconds: idle - 1)
                    passed += idle - 1
                    token = try #require(stage.refresh(token).cookie("__Host-nw_rt"))
                }
                stage.clock.advance(seconds: absolute + lateness - passed)
                #expect(try stage.refresh(token).status == status, "absolute \(lateness)")
            }
        }
    }

    @Test("B32: nothing that stands in the database works as a token")
    func dump() throws {
        try withSession { stage, ada, token in
            _ = try stage.addFactor(ada)
            _ = try stage.addRecoveryCode(ada)
            _ = try stage.login(ada)
            let connection = try stage.database.connect()
            let columns = try connection.query(
                """
                select table_name, column_name from information_schema.columns
                where table_schema = 'auth' and table_name <> 'audit_log'
                """)
            var tried = 0
            for column in columns {
                let name: String = try column.decode("column_name")
                let table: String = try column.decode("table_name")
                let values = try connection.query(
                    """
                    select \(raw: name)::text as text from auth.\(raw: table) where \(raw: name) is not null
                    """)
                for row in values {
                    let text: String = try row.decode("text")
                    let bytes = text.hasPrefix("\\x") ? Hex.decode(text.utf8.dropFirst(2)) : nil
                    let forms = [text] + (bytes.map { [Base64.encode($0, alphabet: .url)] } ?? [])
                    for form in forms.flatMap({ [$0, "nwr_" + $0] }) where !form.utf8.contains(where: { $0 < 0x21 }) {
                        tried += 1
                        #expect(try stage.refresh(form).status != 200)
                        let body =
                            #"{"mfa_token":"\#(form.filter { $0 != "\\" && $0 != "\"" })","method":"totp","code":"000000"}"#
                        let answer = try stage.call(
                            StageRequest("POST", "/auth/login/mfa", body, address: "192.0.2.\(tried % 250)"))
                        #expect(answer.status != 200)
                    }
                }
            }
            #expect(tried > 50)
            #expect(try stage.refresh(token).status == 200)
        }
    }
}
