import Codecs
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

@Suite("Signing up")
struct SignUpTests {
    @Test("a sign-up, its mail and its proof make an account that is signed in")
    func wholeWay() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            let answer = try stage.post(
                "/auth/signup",
                [
                    "email": "Ada@Reader.example", "password": SignUpStage.password, "display_name": "Ada",
                    "locale": "fr",
                ])
            #expect(answer.status == 202)
            #expect(try answer.json.member("status").string() == "verification_sent")
            #expect(try answer.json.member("expires_in").integer() == 86_400)
            #expect(try stage.count("select count(*) as count from auth.users") == 0)

            let mail = try #require(try stage.events().first)
            #expect(mail.type == "EmailVerificationRequested")
            #expect(mail.text("address") == "Ada@reader.example")
            let cookie = try #require(answer.cookie("__Host-nw_su"))
            let verified = try stage.post(
                "/auth/verify-email", ["token": mail.text("token") ?? ""], headers: SignUpStage.browser,
                cookies: ["__Host-nw_su=\(cookie)"])
            #expect(verified.status == 200)
            #expect(try verified.json.member("user").member("email").string() == "Ada@Reader.example")
            #expect(verified.cookie("__Host-nw_rt") != nil)
            #expect(verified.cookie("__Host-nw_su") == "")
            let welcome = try #require(try stage.events("UserSignedUp").first)
            #expect(welcome.text("name") == "Ada")
            #expect(try welcome.detail.member("locale").string() == "fr")
            // The sign-up's id is the user's.
            #expect(try mail.detail.member("signupId").string() == welcome.detail.member("userId").string())
        }
    }

    @Test("D47: an address with an account, in whatever state, gets the same answer, rows and events as a new one")
    func existing() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            for name in ["active", "suspended", "locked"] { try stage.account("\(name)@x.example") }
            try stage.run("update auth.users set status = 'suspended' where email_canonical like 'suspended%'")
            for _ in 0..<12 {
                _ = try stage.post("/auth/login", ["email": "locked@x.example", "password": SignUpStage.otherPassword])
            }
            _ = try stage.signUp("pending@x.example")
            var shapes: Set<String> = []
            var growths: Set<String> = []
            var sealed: Set<Int> = []
            for name in ["active", "suspended", "locked", "pending", "unknown"] {
                try stage.forgetLimits()
                let before = try stage.rowCounts()
                let answer = try stage.signUp("\(name)@x.example", password: SignUpStage.otherPassword)
                let growth = try stage.rowCounts().map { "\($0.key) \($0.value - (before[$0.key] ?? 0))" }
                shapes.insert(answer.shape)
                growths.insert(growth.sorted().joined(separator: ", "))
                sealed.insert(try stage.events().last?.sealed.rawBytes.count ?? 0)
            }
            #expect(shapes.count == 1)
            #expect(growths.count == 1, "\(growths)")
            #expect(sealed == [SealedPart.oneAddress])
            // Two bodies are the same to the byte.
            #expect(
                try stage.signUp("active@x.example").bytes == stage.signUp("another@x.example").bytes)
            let repeated = try stage.events("SignUpRepeated")
            #expect(repeated.first?.text("address") == "active@x.example")
            // A suspended account is written to by nobody.
            #expect(repeated.map { $0.text("address") }.contains(""))
        }
    }

    @Test("D48: who signs up with somebody else's address gets nowhere when its owner follows the link")
    func preHijack() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            let attack = try stage.signUp("victim@x.example", password: SignUpStage.otherPassword)
            let token = try #require(try stage.events().last?.text("token"))
            // The owner follows the link: in another browser, and with whatever password comes to mind.
            let bare = try stage.post("/auth/verify-email", ["token": token])
            #expect(bare.status == 403 && bare.code == "proof_required")
            let guess = try stage.post("/auth/verify-email", ["token": token, "password": SignUpStage.password])
            #expect(guess.status == 403 && guess.code == "proof_required")
            #expect(try stage.count("select count(*) as count from auth.users") == 0)

            // The owner signs up too, and only the owner's password is ever good.
            let mine = try stage.signUp("victim@x.example")
            let own = try #require(try stage.events().last?.text("token"))
            // The link of the attacker's sign-up, in the browser of the owner's.
            let mixed = try stage.post(
                "/auth/verify-email", ["token": token], headers: SignUpStage.browser,
                cookies: ["__Host-nw_su=\(mine.cookie("__Host-nw_su") ?? "")"])
            #expect(mixed.status == 403 && mixed.code == "proof_required")
            let verified = try stage.post("/auth/verify-email", ["token": own, "password": SignUpStage.password])
            #expect(verified.status == 200)
            let late = try stage.post(
                "/auth/verify-email", ["token": token, "password": SignUpStage.otherPassword],
                headers: SignUpStage.browser, cookies: ["__Host-nw_su=\(attack.cookie("__Host-nw_su") ?? "")"])
            #expect(late.status == 400 && late.code == "token_invalid")
            #expect(
                try stage.count(
                    "select count(*) as count from auth.pending_signups where used_at is null") == 0)
        }
    }

    @Test("D50: programs that follow, prefetch or submit links use nothing up")
    func scanners() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            _ = try stage.signUp("ada@x.example")
            let token = try #require(try stage.events().last?.text("token"))
            let paths = [
                "/auth/verify-email", "/auth/password/reset", "/auth/email/change/confirm", "/auth/email/change/cancel",
            ]
            for path in paths {
                for method in ["GET", "HEAD"] {
                    let answer = try stage.post(path, method: method, query: "token=\(token)")
                    #expect(answer.status == 405)
                }
            }
            // A script on the page that the link opens: it has neither the cookie nor the password.
            for _ in 0..<5 {
                #expect(try stage.post("/auth/verify-email", ["token": token]).status == 403)
            }
            // A form cannot send JSON.
            let form = try stage.post(
                "/auth/verify-email", headers: ["content-type": "application/x-www-form-urlencoded"],
                raw: "token=\(token)")
            #expect(form.status == 415)
            let verified = try stage.post("/auth/verify-email", ["token": token, "password": SignUpStage.password])
            #expect(verified.status == 200)
        }
    }

    @Test("D51: a token that was used, is too old, replaced, for something else or somebody else's is one refusal")
    func badTokens() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            var refusals: [SignUpAnswer] = []
            func verify(_ token: String) throws {
                stage.address = "192.0.2.\(refusals.count + 10)"
                refusals.append(
                    try stage.post("/auth/verify-email", ["token": token, "password": SignUpStage.password]))
            }
            func newest() throws -> String { try stage.events().last?.text("token") ?? "" }

            try stage.account("ada@x.example")
            try verify(try stage.events("EmailVerificationRequested").last?.text("token") ?? "")

            _ = try stage.signUp("grace@x.example")
            let replaced = try newest()
            _ = try stage.post("/auth/signup/resend", ["email": "grace@x.example"])
            try verify(replaced)

            _ = try stage.post("/auth/password/forgot", ["email": "ada@x.example"])
            try verify(try newest())
            stage.time = stage.time.advanced(byMilliseconds: 86_400_000)
            try verify(try stage.events("EmailVerificationRequested").last?.text("token") ?? "")
            for text in ["", "x", String(repeating: "A", count: 43), String(repeating: "=", count: 43)] {
                try verify(text)
            }
            #expect(Set(refusals.map(\.shape)).count == 1, "\(Set(refusals.map(\.shape)))")
            #expect(refusals.allSatisfy { $0.status == 400 && $0.code == "token_invalid" })
        }
    }

    @Test("D52: a hundred uses of one token at once succeed once")
    func parallelUses() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            _ = try stage.signUp("ada@x.example")
            let token = try #require(try stage.events().last?.text("token"))
            let statuses = Statuses()
            concurrently(10) { worker in
                guard let own = try? SignUpStage(database) else { return }
                for attempt in 0..<10 {
                    own.address = "198.51.100.\(worker * 10 + attempt)"
                    let answer = try? own.post(
                        "/auth/verify-email", ["token": token, "password": SignUpStage.password])
                    statuses.add(answer?.status ?? 0)
                }
            }
            #expect(statuses.all.filter { $0 == 200 }.count == 1)
            #expect(statuses.all.filter { $0 == 400 }.count == 99, "\(Set(statuses.all))")
            #expect(try stage.count("select count(*) as count from auth.sessions") == 1)
        }
    }

    @Test("the same request with the same key is one sign-up, with another body a refusal")
    func idempotency() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            let key = ["idempotency-key": "5f3c7a0e", "x-nw-client": "native"]
            let body = ["email": "ada@x.example", "password": SignUpStage.password]
            let first = try stage.post("/auth/signup", body, headers: key)
            // Not even the limit counts a repetition.
            for _ in 0..<8 {
                #expect(try stage.post("/auth/signup", body, headers: key).bytes == first.bytes)
            }
            #expect(try first.json.member("signup_token").string().utf8.count == 43)
            #expect(try stage.events().count == 1)
            let other = try stage.post(
                "/auth/signup", ["email": "ada@x.example", "password": SignUpStage.otherPassword], headers: key)
            #expect(other.status == 422 && other.code == "idempotency_key_reused")
            for bad in ["", "a b", String(repeating: "k", count: 256)] {
                let answer = try stage.post("/auth/signup", body, headers: ["idempotency-key": bad])
                #expect(answer.status == 400 && answer.code == "invalid_idempotency_key")
            }
            let token = try #require(try stage.events().last?.text("token"))
            let verified = try stage.post(
                "/auth/verify-email",
                ["token": token, "signup_token": try first.json.member("signup_token").string()],
                headers: SignUpStage.native)
            #expect(verified.status == 200)
        }
    }

    @Test("a resent mail is about the sign-up of the same browser; a cookie counts only from our own pages")
    func resend() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            let own = try stage.signUp("ada@x.example")
            let ownID = try stage.events().last?.detail.member("signupId").string()
            stage.time = stage.time.advanced(byMilliseconds: 1_000)
            _ = try stage.signUp("ada@x.example", password: SignUpStage.otherPassword)
            let cookie = "__Host-nw_su=\(own.cookie("__Host-nw_su") ?? "")"
            let foreign = try stage.post("/auth/signup/resend", ["email": "ada@x.example"], cookies: [cookie])
            #expect(foreign.status == 403 && foreign.code == "csrf_rejected")
            let answer = try stage.post(
                "/auth/signup/resend", ["email": "ada@x.example"], headers: SignUpStage.browser, cookies: [cookie])
            #expect(answer.status == 202)
            #expect(try stage.events().last?.detail.member("signupId").string() == ownID)
        }
    }

    @Test("D54: no field of a request comes back in a mail or an answer")
    func poisonedFields() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            let answer = try stage.post(
                "/auth/signup", ["email": "ada@x.example", "password": SignUpStage.password],
                headers: [
                    "host": "evil.example", "x-forwarded-host": "evil.example", "origin": "https://evil.example",
                    "forwarded": "host=evil.example", "referer": "https://evil.example/",
                ])
            #expect(answer.status == 202)
            _ = try stage.post("/auth/password/forgot", ["email": "ada@x.example"], headers: ["host": "evil.example"])
            #expect(!String(decoding: stage.said.joined(), as: UTF8.self).contains("evil"))
            #expect(try !stage.dump().contains("evil"))
            for event in try stage.events() {
                #expect(!String(decoding: event.sealed.rawBytes, as: UTF8.self).contains("evil"))
            }
        }
    }

    @Test("D55: no route takes an address to go on to")
    func redirects() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            let body = ["email": "ada@x.example", "password": SignUpStage.password]
            for name in ["redirect_to", "redirect", "next", "return_url", "callback_url"] {
                for path in ["/auth/signup", "/auth/signup/resend", "/auth/password/forgot"] {
                    let answer = try stage.post(path, body.merging([name: "https://evil.example"]) { $1 })
                    #expect(answer.status == 422)
                }
            }
            let answer = try stage.post(
                "/auth/signup", body, query: "redirect_to=https%3A%2F%2Fevil.example")
            #expect(answer.status == 202)
            #expect(try !stage.dump().contains("evil"))
            #expect(try stage.events().count == 1)
        }
    }

    @Test("D56: a flood of requests for mail is stopped alike for addresses with and without account")
    func floods() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            try stage.account("known@x.example")
            for path in ["/auth/signup/resend", "/auth/password/forgot"] {
                var courses: Set<String> = []
                for name in ["known@x.example", "unknown@x.example", "KNOWN+tag@x.example"] {
                    try stage.forgetLimits()
                    let start = stage.time
                    var course: [String] = []
                    for minute in 0..<7 {
                        stage.time = start.advanced(byMilliseconds: Int64(minute) * 60_000)
                        for _ in 0..<2 {
                            let answer = try stage.post(path, ["email": name])
                            course.append(
                                "\(answer.status) \(answer.headers["retry-after"] ?? "-") \(answer.bytes.count)")
                        }
                    }
                    stage.time = start.advanced(byMilliseconds: 2 * 86_400_000)
                    courses.insert(course.joined(separator: "\n"))
                    #expect(course.filter { $0.hasPrefix("202") }.count == 5)
                }
                #expect(courses.count == 1, "\(courses)")
            }
        }
    }
}

extension SignUpTests {
    @Test("signing up is limited per network and per address, whatever tag it has")
    func limits() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            var statuses: [Int64] = []
            for number in 0..<6 { statuses.append(try stage.signUp("a\(number)@x.example").status) }
            #expect(statuses == [202, 202, 202, 202, 202, 429])
            stage.address = "2001:db8::1"
            statuses = []
            for number in 0..<4 { statuses.append(try stage.signUp("ada+\(number)@x.example").status) }
            #expect(statuses == [202, 202, 202, 429])
        }
    }

    @Test("what is no address, password or name is refused before anything is looked up")
    func refusals() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            let bodies: [(String, [String: String])] = [
                ("invalid_email", ["email": "ada@x.example\r\nBcc: y@z.example", "password": SignUpStage.password]),
                ("weak_password", ["email": "ada@x.example", "password": "short"]),
                ("invalid_name", ["email": "a@x.example", "password": SignUpStage.password, "display_name": "<b>"]),
                ("invalid_locale", ["email": "a@x.example", "password": SignUpStage.password, "locale": "en_US"]),
                ("unknown_member", ["email": "a@x.example", "password": SignUpStage.password, "role": "admin"]),
                ("missing_member", ["email": "a@x.example"]),
            ]
            for (code, body) in bodies {
                let answer = try stage.post("/auth/signup", body)
                #expect(answer.status == 422 && answer.code == code, Comment(rawValue: code))
            }
            // A NUL in JSON: nothing of it may reach the database as a shorter address.
            let nul = try stage.post(
                "/auth/signup",
                raw: #"{"email":"victim@x.example\u0000@evil.example","password":"tundra maple 71 orbit"}"#)
            #expect(nul.status == 422)
            #expect(try stage.rowCounts().values.allSatisfy { $0 == 0 })
        }
    }
}
