import Codecs
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

@Suite("Forgotten passwords")
struct ResetTests {
    private func forgot(_ stage: SignUpStage, _ email: String) throws -> String {
        _ = try stage.post("/auth/password/forgot", ["email": email])
        return try stage.events("PasswordResetRequested").last?.text("token") ?? ""
    }

    @Test("a request for a new password is the same for an account in any state and for none")
    func uniform() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            for name in ["active", "suspended"] { try stage.account("\(name)@x.example") }
            try stage.run("update auth.users set status = 'suspended' where email_canonical like 'suspended%'")
            try stage.run("update auth.users set must_reset = true where email_canonical like 'active%'")
            _ = try stage.signUp("pending@x.example")
            var answers: Set<String> = []
            var growths: Set<String> = []
            var lengths: Set<Int> = []
            for path in ["/auth/password/forgot", "/auth/signup/resend"] {
                answers = []
                growths = []
                lengths = []
                for name in ["active", "suspended", "pending", "unknown"] {
                    try stage.forgetLimits()
                    let before = try stage.rowCounts()
                    let answer = try stage.post(path, ["email": "\(name)@x.example"])
                    var growth = try stage.rowCounts()
                    for (table, count) in before { growth[table] = (growth[table] ?? 0) - count }
                    // A sign-up that there is gets its new token in place.
                    growth["auth.pending_signups"] = nil
                    answers.insert(answer.shape + String(decoding: answer.bytes, as: UTF8.self))
                    growths.insert("\(growth.sorted { $0.key < $1.key })")
                    lengths.insert(try stage.events().last?.detailLength ?? 0)
                }
                #expect(answers.count == 1, "\(answers)")
                #expect(growths.count == 1, "\(growths)")
                #expect(lengths.count == 1, "\(lengths)")
            }
            let asked = try stage.events("PasswordResetRequested").map { $0.text("address") }
            #expect(asked == ["active@x.example", "", "", ""])
            let resent = try stage.events("EmailVerificationRequested").suffix(4).map { $0.text("address") }
            #expect(resent == ["", "", "pending@x.example", ""])
        }
    }

    @Test("D53: a reset ends sessions, devices and links, keeps the second factor, lifts the lock and tells the owner")
    func everythingEnds() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            let session = try stage.account("ada@x.example")
            let user = try session.json.member("user").member("id").string()
            try stage.run(
                """
                insert into auth.totp_factors (user_id, factor_id, secret_sealed, secret_key, created_at, confirmed_at)
                values (\(user)::uuid, gen_random_uuid(), '\\x00', 1, now(), now())
                """)
            try stage.run(
                """
                insert into auth.mail_tokens (token_hash, purpose, user_id, bound_email, created_at, expires_at)
                values ('\\x01', 'email_confirm', \(user)::uuid, 'thief@x.example', now(), now() + interval '10 years')
                """)
            // Locked, for who is signed in as well.
            let bearer = ["authorization": "Bearer \(try session.json.member("access_token").string())"]
            for _ in 0..<6 {
                _ = try stage.post("/auth/login", ["email": "ada@x.example", "password": "guess guess"])
                _ = try stage.post("/auth/reauthenticate", ["password": "guess guess"], headers: bearer)
            }
            let locked: SQL = "select count(*) as count from auth.throttle where kind in (3, 4) and failures >= 5"
            #expect(try stage.count(locked) == 2)
            let token = try forgot(stage, "ada@x.example")
            let answer = try stage.post(
                "/auth/password/reset", ["token": token, "new_password": SignUpStage.otherPassword])
            #expect(answer.status == 204)
            #expect(answer.cookies.isEmpty && answer.bytes.isEmpty)
            let counted: SQL = "select count(*) as count from auth.throttle where kind in (3, 4) and failures > 0"
            #expect(try stage.count(counted) == 0)
            let left: [(String, SQL)] = [
                ("sessions", "select count(*) as count from auth.sessions where revoked_at is null"),
                ("devices", "select count(*) as count from auth.trusted_devices"),
                ("tokens", "select count(*) as count from auth.mail_tokens where used_at is null"),
            ]
            for (name, sql) in left { #expect(try stage.count(sql) == 0, Comment(rawValue: name)) }
            #expect(try stage.count("select count(*) as count from auth.totp_factors") == 1)
            #expect(try stage.events("PasswordChanged").last?.text("address") == "ada@x.example")
            let again = try stage.post(
                "/auth/password/reset", ["token": token, "new_password": SignUpStage.password])
            #expect(again.status == 400 && again.code == "token_invalid")
        }
    }

    @Test("a reset sets the password that signs in; a weak one is refused and uses nothing up")
    func newPassword() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            try stage.account("ada@x.example")
            let token = try forgot(stage, "ada@x.example")
            // The second would be long enough beside a second factor, which there is none of.
            for weak in ["short", "quiet owl 7", "nerdwork nerdwork"] {
                let answer = try stage.post("/auth/password/reset", ["token": token, "new_password": weak])
                #expect(answer.status == 422 && answer.code == "weak_password")
            }
            let answer = try stage.post(
                "/auth/password/reset", ["token": token, "new_password": SignUpStage.otherPassword])
            #expect(answer.status == 204)
            let before = try stage.post(
                "/auth/login", ["email": "ada@x.example", "password": SignUpStage.password])
            let after = try stage.post(
                "/auth/login", ["email": "ada@x.example", "password": SignUpStage.otherPassword])
            #expect(before.status == 401)
            #expect(after.status == 200)
        }
    }

    @Test("a link for a new password that was on its way to the address before is worth nothing")
    func movedMeanwhile() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            let ada = try stage.account("ada@x.example")
            stage.time = stage.time.advanced(byMilliseconds: 1_000)
            let bearer = ["authorization": "Bearer \(try ada.json.member("access_token").string())"]
            _ = try stage.post("/auth/email/change", ["new_email": "new@x.example"], headers: bearer)
            let confirm = ["token": try stage.events().last?.text("confirmToken") ?? ""]
            // Asked for before the change is confirmed, written down after it: as two functions at once may do it.
            let (before, token) = (stage.time, MailToken(bytes: [UInt8](repeating: 9, count: 32)))
            stage.time = stage.time.advanced(byMilliseconds: 1_000)
            #expect(try stage.post("/auth/email/change/confirm", confirm, headers: bearer).status == 204)
            let user = try #require(UUID(ada.json.member("user").member("id").string()))
            let put = MailTokenStore.putReset(
                token, user: user, now: before, expiresAt: before.advanced(byMilliseconds: 1_800_000))
            _ = try database.connect(as: "nerdwork_auth").query(put)
            let body = ["token": token.text, "new_password": SignUpStage.otherPassword]
            #expect(try stage.post("/auth/password/reset", body).code == "token_invalid")
            // Nor does the statement that uses it up rely on having been asked first.
            let error = #expect(throws: DatabaseError.self) {
                _ = try database.connect(as: "nerdwork_auth").query(
                    "select auth.reset_password(\(token.hash), '\\x00', 1::smallint, '{}', '{}', \(stage.time))")
            }
            #expect(error?.sqlState == "NA400")
            try stage.forgetLimits()
            let own = try forgot(stage, "new@x.example")
            let reset = try stage.post(
                "/auth/password/reset", ["token": own, "new_password": SignUpStage.otherPassword])
            #expect(reset.status == 204)
        }
    }

    @Test("a link for a new password is good for half an hour, and only the newest one")
    func lifetime() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            try stage.account("ada@x.example")
            let first = try forgot(stage, "ada@x.example")
            stage.time = stage.time.advanced(byMilliseconds: 60_000)
            let second = try forgot(stage, "ada@x.example")
            let body = { (token: String) in ["token": token, "new_password": SignUpStage.otherPassword] }
            #expect(try stage.post("/auth/password/reset", body(first)).code == "token_invalid")
            stage.time = stage.time.advanced(byMilliseconds: 30 * 60_000)
            #expect(try stage.post("/auth/password/reset", body(second)).code == "token_invalid")
            stage.time = stage.time.advanced(byMilliseconds: -1)
            #expect(try stage.post("/auth/password/reset", body(second)).status == 204)
        }
    }

    @Test("D58: no token, password or address is in an answer, a log, an event in clear or the database as it was sent")
    func nothingLeaks() throws {
        SignUpLog.begin
        try withDatabase { database in
            let stage = try SignUpStage(database)
            try stage.account("ada.secret@x.example")
            let reset = try forgot(stage, "ada.secret@x.example")
            _ = try stage.post("/auth/signup/resend", ["email": "ghost.secret@x.example"])
            _ = try stage.post("/auth/password/reset", ["token": reset, "new_password": SignUpStage.otherPassword])
            var secrets = [SignUpStage.password, SignUpStage.otherPassword]
            for event in try stage.events() {
                if let token = event.text("token") { secrets.append(token) }
            }
            #expect(secrets.count >= 5)
            // Something to log: a stored password that nobody can read.
            _ = try stage.signUp("broken.secret@x.example")
            try stage.run("update auth.pending_signups set password_sealed = '\\x00' where used_at is null")
            let broken = try stage.events().last?.text("token") ?? ""
            let refused = try stage.post("/auth/verify-email", ["token": broken, "password": SignUpStage.password])
            #expect(refused.status == 403)
            secrets.append(broken)
            #expect(SignUpLog.lines.contains { $0.contains("cannot be read") })
            let log = SignUpLog.lines.joined(separator: "\n")
            let said = String(decoding: stage.said.joined(), as: UTF8.self)
            let dump = try stage.dump()
            for secret in secrets {
                #expect(!said.contains(secret))
                #expect(!log.contains(secret))
                #expect(!dump.contains(secret))
                // Nor in the form in which a column of bytes shows.
                let hex = secret.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
                #expect(!dump.contains(hex))
            }
            #expect(!log.contains("secret@"))
            // The bus, its archive and its dead letters see the detail: no address in it.
            let details = try database.connect().query("select detail::text as detail from outbox.events")
            for row in details { #expect(try !row.decode("detail", as: String.self).contains("secret@")) }
            let audit = try database.connect().query("select l::text as line from auth.audit_log l")
            for row in audit { #expect(try !row.decode("line", as: String.self).contains("secret@")) }
        }
    }
}
