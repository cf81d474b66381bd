import Codecs
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

/// The numbers are those of docs/security.md.
@Suite("Limits")
struct LimitTests {
    @Test("five sign-ups of a network in an hour, one more each twelve minutes; three of an address in a day")
    func signUps() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            for number in 0..<5 { #expect(try stage.signUp("a\(number)@x.example").status == 202) }
            let sixth = try stage.signUp("a5@x.example")
            #expect(sixth.status == 429 && sixth.headers["retry-after"] == "720")
            stage.time = stage.time.advanced(byMilliseconds: 719_999)
            #expect(try stage.signUp("a5@x.example").status == 429)
            stage.time = stage.time.advanced(byMilliseconds: 1)
            #expect(try stage.signUp("a5@x.example").status == 202)

            stage.address = "203.0.113.1"
            for _ in 0..<3 { #expect(try stage.signUp("ada@x.example").status == 202) }
            #expect(try stage.signUp("ada@x.example").headers["retry-after"] == "28800")
        }
    }

    @Test("an IPv6 network is a /64, an IPv4 address counts for itself")
    func networks() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            func statuses(_ addresses: [String]) throws -> [Int64] {
                try addresses.enumerated().map { number, address in
                    stage.address = address
                    return try stage.signUp("\(address.utf8.count)-\(number)-\(addresses.count)@x.example").status
                }
            }
            let inOne = (1...6).map { "2001:db8:0:7:\($0)::1" }
            #expect(try statuses(inOne) == [202, 202, 202, 202, 202, 429])
            #expect(try statuses(["2001:db8:0:8::1"]) == [202])
            #expect(try statuses((1...7).map { "198.51.100.\($0)" }) == Array(repeating: 202, count: 7))
            // The same machine, as a dual-stack socket names it.
            #expect(try statuses((1...5).map { _ in "::ffff:198.51.100.1" }) == [202, 202, 202, 202, 429])
        }
    }

    @Test("ten mails that a network asks for in an hour, whomever they go to")
    func mails() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            for number in 0..<10 {
                let path = number.isMultiple(of: 2) ? "/auth/password/forgot" : "/auth/signup/resend"
                #expect(try stage.post(path, ["email": "a\(number)@x.example"]).status == 202)
            }
            let refused = try stage.post("/auth/password/forgot", ["email": "b@x.example"])
            #expect(refused.status == 429 && refused.headers["retry-after"] == "360")
        }
    }

    @Test("ten tokens from mails that a network shows in an hour, whatever they are for")
    func mailedTokens() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            let bodies: [(String, [String: String])] = [
                ("/auth/verify-email", [:]), ("/auth/password/reset", ["new_password": SignUpStage.password]),
                ("/auth/email/change/cancel", [:]),
            ]
            func show(_ number: Int) throws -> SignUpAnswer {
                let (path, body) = bodies[number % bodies.count]
                let token = String(repeating: "A", count: 43)
                return try stage.post(path, body.merging(["token": token]) { $1 })
            }
            for number in 0..<10 { #expect(try show(number).code == "token_invalid") }
            for number in 10..<13 {
                let refused = try show(number)
                #expect(refused.status == 429 && refused.headers["retry-after"] == "360")
            }
        }
    }

    @Test("one change of address to a mailbox in a minute, and an address that is taken counts like any other")
    func emailChanges() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            let ada = try stage.account("ada@x.example")
            try stage.account("grace@x.example")
            let bearer = ["authorization": "Bearer \(try ada.json.member("access_token").string())"]
            for email in ["new@x.example", "grace@x.example"] {
                try stage.forgetLimits()
                #expect(try stage.post("/auth/email/change", ["new_email": email], headers: bearer).status == 202)
                let refused = try stage.post("/auth/email/change", ["new_email": email], headers: bearer)
                #expect(refused.status == 429 && refused.headers["retry-after"] == "60")
            }
        }
    }

    @Test("ten attempts of a network at once, then one each two seconds, right or wrong")
    func attempts() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let people = try (0..<12).map { try stage.person("a\($0)@example.com") }
            for number in 0..<10 { #expect(try stage.login(people[number]).status == 200) }
            let refused = try stage.login(people[10])
            #expect(refused.status == 429 && refused.headers["retry-after"] == "2")
            stage.clock.advance(milliseconds: 1_999)
            #expect(try stage.login(people[10]).status == 429)
            stage.clock.advance(milliseconds: 1)
            #expect(try stage.login(people[10]).status == 200)
            #expect(try stage.login(people[11]).status == 429)
        }
    }

    @Test("twenty failures of a network within ten minutes end its attempts for ten minutes; a success is no failure")
    func failures() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let ada = try stage.person("ada@example.com")
            func fail(_ number: Int) throws -> Int {
                stage.clock.advance(seconds: 2)
                let nobody = StagePerson(id: ada.id, email: "a\(number)@example.com", password: "guess guess")
                return try stage.login(nobody).status
            }
            for number in 0..<19 { #expect(try fail(number) == 401) }
            stage.clock.advance(seconds: 2)
            #expect(try stage.login(ada).status == 200, "the twentieth attempt is right")
            #expect(try fail(19) == 401)
            stage.clock.advance(seconds: 2)
            let refused = try stage.login(ada)
            #expect(refused.status == 429 && refused.headers["retry-after"] == "598")
            #expect(try stage.login(ada, address: "198.51.100.7").status == 200, "another network is another one")
            stage.clock.advance(seconds: 597)
            #expect(try stage.login(ada).status == 429)
            stage.clock.advance(seconds: 1)
            #expect(try stage.login(ada).status == 200)
            // What is older than ten minutes does not count along.
            for number in 20..<39 { #expect(try fail(number) == 401) }
            stage.clock.advance(seconds: 600)
            for number in 40..<45 { #expect(try fail(number) == 401) }
        }
    }

    @Test("sixty refreshes of a session at once, then one a second, and the session lives on")
    func refreshes() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            var token = try #require(stage.login(stage.person("ada@example.com")).cookie("__Host-nw_rt"))
            for _ in 0..<60 { token = try #require(stage.refresh(token).cookie("__Host-nw_rt")) }
            let refused = try stage.refresh(token)
            #expect(refused.status == 429 && refused.headers["retry-after"] == "1")
            stage.clock.advance(seconds: 1)
            let next = try stage.refresh(token)
            #expect(next.status == 200)
            #expect(try stage.refresh(try #require(next.cookie("__Host-nw_rt"))).status == 429)
        }
    }

    @Test("challenges are counted like attempts of their network")
    func challenges() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let body = #"{"mfa_token":"\#(String(repeating: "A", count: 43))","method":"totp","code":"000000"}"#
            func show() throws -> Int { try stage.call(StageRequest("POST", "/auth/login/mfa", body)).status }
            #expect(try (0..<12).map { _ in try show() } == Array(repeating: 401, count: 10) + [429, 429])
        }
    }
}
