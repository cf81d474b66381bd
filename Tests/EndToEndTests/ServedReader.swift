import Codecs
import Platform
import TestSupport
import Testing

@testable import LocalPlatform

/// What a test asks a served stack by HTTP.
struct ServedCalls: Sendable {
    let port: UInt16

    struct Reply {
        let status: Int
        let body: JSONTree
    }

    func ask(
        _ method: String, _ path: String, _ body: JSONTree? = nil, token: String? = nil, more: [String] = []
    ) throws -> Reply {
        var fields = ["X-NW-Client: native"] + more
        if body != nil { fields.append("Content-Type: application/json") }
        if let token { fields.append("Authorization: Bearer \(token)") }
        let reply = try #require(RawClient(port: port).send(method, path, fields, body: body?.compactText ?? ""))
        return Reply(status: reply.status, body: (try? JSONTree(parsing: Array(reply.body.utf8))) ?? .null)
    }

    /// The same of the console, as its page asks.
    @discardableResult
    func console(_ path: String, _ body: JSONTree? = nil) throws -> JSONTree {
        let own = body == nil ? [] : ["Origin: http://localhost"]
        let reply = try ask(body == nil ? "GET" : "POST", "/_local/api/\(path)", body, more: own)
        try #require(reply.status == 200, "\(path): \(reply.body.compactText)")
        return reply.body
    }

    /// Asks again until there is an answer; throws after a minute.
    func wait<R>(for what: String, _ ask: () throws -> R?) throws -> R {
        let deadline = SystemClock.now().advanced(byMilliseconds: 60_000)
        while SystemClock.now() < deadline {
            if let found = try ask() { return found }
            usleep(20_000)
        }
        throw HarnessError("\(what) did not come")
    }
}

extension JSONTree {
    static func texts(_ members: KeyValuePairs<String, String>) -> JSONTree {
        .object(members.map { .init(name: $0.key, value: .string($0.value)) })
    }
}

/// Somebody who has signed up at a served stack, with the link of the mail.
struct ServedReader {
    let email: String
    let identity: String
    let token: String

    init(_ name: String, at calls: ServedCalls) throws {
        let own = "\(name)@nerdwork.example"
        let password = "a long password of \(name)"
        let signUp = JSONTree.texts(["email": own, "password": password, "display_name": name, "locale": "en"])
        try #require(try calls.ask("POST", "/auth/signup", signUp).status == 202)
        let mail: String = try calls.wait(for: "the mail to \(own)") {
            let mails = try calls.console("mail")["mails"]?.elements ?? []
            return mails.first { $0["to"]?.elements.first?.text == own }?["id"]?.text
        }
        let text = try calls.console("mail/\(mail)")["text"]?.text ?? ""
        let link = try #require(text.firstMatch(of: /token=([A-Za-z0-9_.-]+)/)?.output.1)
        let body = JSONTree.texts(["token": String(link), "password": password])
        let session = try calls.ask("POST", "/auth/verify-email", body)
        email = own
        identity = try #require(session.body["user"]?["id"]?.text, "\(session.body.compactText)")
        token = try #require(session.body["access_token"]?.text)
    }
}
