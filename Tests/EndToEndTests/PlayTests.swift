import Platform
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("invoke-local plays accounts")
struct PlayTests {
    @Test("from sign-up to sign-out, with a real reward and a tip of it, twice in a row")
    func play() throws {
        try withDatabase { database in
            let tool = try InvokeLocal(database)
            for _ in 1...2 {
                let played = try tool.run("play", "--no-build")
                #expect(played.status == 0, "\(played.output)")
                for text in [
                    "mail notification", "5 NWT", "tip-received", "Ada tips Grace 2 NWT",
                    "every step went as it should",
                ] {
                    #expect(played.output.contains(text), "\(played.output)")
                }
                #expect(!played.output.contains("failed"), "\(played.output)")
            }
            let books = try tool.run("books")
            #expect(books.output.contains(/treasury +system +-10\b/), "\(books.output)")
            // Each of the two readers kept 3 and gave 2.
            for amount in [3, 2] {
                let pattern = try Regex("wallet:[0-9a-f-]{36} +wallet +\(amount)\\b")
                #expect(books.output.matches(of: pattern).count == 2, "\(books.output)")
            }
        }
    }

    @Test("with the read going through a queue, where a parameter says so")
    func queued() throws {
        try withDatabase { database in
            let played = try InvokeLocal(database).run(
                "play", "--no-build", "--logs", "--parameter", "ComicReadDelivery=queue")
            #expect(played.status == 0 && played.output.contains("5 NWT"), "\(played.output)")
            #expect(!played.output.contains("was given up"), "\(played.output)")
        }
    }

    @Test("a token for trying routes is taken by the routes of every function, and only while its signature is whole")
    func token() throws {
        try withDatabase { database in
            let tool = try InvokeLocal(database)
            let made = try tool.run("token", "--as", "ada@nerdwork.example", "--no-build")
            #expect(made.status == 0 && made.output.contains("verified one without a password was made"))
            let token = String(made.output.split(separator: "\n").last { $0.hasPrefix("eyJ") } ?? "")
            for path in ["/loyalty/me", "/auth/profile", "/auth/sessions"] {
                let answer = try tool.run("request", "GET", path, "--token", token, "--no-build")
                #expect(answer.output.contains("HTTP 200"), "\(path): \(answer.output)")
            }
            let spoilt = try tool.run("request", "GET", "/loyalty/me", "--token", "\(token)A", "--no-build")
            #expect(spoilt.output.contains("HTTP 401"), "\(spoilt.output)")
            let admin = try tool.run("request", "GET", "/admin/users", "--token", token, "--no-build")
            #expect(admin.output.contains("HTTP 403"), "\(admin.output)")

            let again = try tool.run("token", "--as", "ada@nerdwork.example", "--no-build", "--role", "admin")
            #expect(!again.output.contains("was made"), "\(again.output)")
            let key = String(again.output.split(separator: "\n").last { $0.hasPrefix("eyJ") } ?? "")
            let users = try tool.run("request", "GET", "/admin/users", "--token", key, "--no-build")
            #expect(users.output.contains("HTTP 200"), "\(users.output)")
        }
    }

    @Test(
        "samples of routes that need a token are accepted", arguments: ["auth-profile", "auth-sessions", "auth-totp"])
    func samples(name: String) throws {
        try withDatabase { database in
            let answer = try InvokeLocal(database).json("auth", "events/\(name).json")
            #expect(answer.response?["statusCode"]?.scalarText == "200", "\(answer)")
        }
    }

    @Test("the folder of a project holds no secret in clear")
    func nothingInClear() throws {
        try withDatabase { database in
            let tool = try InvokeLocal(database)
            #expect(try tool.run("token", "--as", "ada@nerdwork.example", "--no-build").status == 0)
            let secrets = try Files.read("\(tool.folder)/.nerdwork/secrets.sealed")
            let text = String(decoding: secrets, as: UTF8.self)
            for word in ["privateKey", "roots", "password"] { #expect(!text.contains(word)) }
            #expect(!Files.exists("\(tool.folder)/.nerdwork/secrets.json"))
        }
    }
}
