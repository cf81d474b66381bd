import Codecs
import LambdaEvents
import LambdaRuntime
import ServiceKit
import StrictJSON
import Testing

@Suite struct EnvironmentTests {
    private let environment = Environment {
        ["TEXT": "a", "EMPTY": "", "NUMBER": "5", "WORD": "secret"][$0]
    }

    @Test("What is set is read, and what is not set or empty has its default")
    func values() throws {
        #expect(try environment.required("TEXT") == "a")
        #expect(environment.optional("EMPTY") == nil && environment.optional("MISSING") == nil)
        #expect(try environment.integer("NUMBER", in: 1...5) == 5)
        #expect(try environment.integer("MISSING", in: 1...5, default: 3) == 3)
        #expect(try environment.choice("TEXT", of: ["a", "b"], default: "b") == "a")
    }

    @Test("A missing or malformed variable is an initialisation error that names it and hides its value")
    func errors() {
        let attempts: [(String, (Environment) throws(InitializationError) -> Void)] = [
            ("MISSING", { environment throws(InitializationError) in _ = try environment.required("MISSING") }),
            ("EMPTY", { environment throws(InitializationError) in _ = try environment.required("EMPTY") }),
            ("WORD", { environment throws(InitializationError) in _ = try environment.integer("WORD", in: 0...9) }),
            ("NUMBER", { environment throws(InitializationError) in _ = try environment.integer("NUMBER", in: 6...9) }),
            (
                "WORD",
                { environment throws(InitializationError) in
                    _ = try environment.choice("WORD", of: ["a"], default: "a")
                }
            ),
        ]
        for (name, attempt) in attempts {
            let error = #expect(throws: InitializationError.self) { try attempt(environment) }
            #expect(error?.type == "Function.ConfigurationError")
            #expect(error?.message.contains(name) == true && error?.message.contains("secret") == false)
        }
    }
}

@Suite struct PageTests {
    private func page(_ query: String, keyCount: Int = 2) throws -> Answer {
        var dispatcher = EventDispatcher()
        dispatcher.get("/list") { request, _ in
            let page = try request.page(keyCount: keyCount)
            return .json {
                $0.member("limit", page.limit)
                $0.member("keys", page.cursor?.keys)
            }
        }
        return try dispatcher.answer(to: request("GET", "/list", query: query))
    }

    @Test("A cursor comes back as the keys that it was made of")
    func cursors() throws {
        for keys in [[0, 0], [Int64.min, .max], [1_763_704_800_000, -1]] as [[Int64]] {
            let cursor = Cursor(keys)
            #expect(Cursor(text: cursor.text, keyCount: 2)?.keys == keys)
            #expect(Cursor(text: cursor.text, keyCount: 1) == nil)
            #expect(cursor.text.utf8.allSatisfy { $0 != 0x2B && $0 != 0x2F && $0 != 0x3D })
        }
        let answer = try page("cursor=\(Cursor([7, 8]).text)&limit=3")
        #expect(answer.response.bodyBytes == Array(#"{"limit":3,"keys":[7,8]}"#.utf8))
    }

    @Test("A query that asks for too much, twice, or with a cursor not of ours is 400")
    func refusals() throws {
        let table = [
            ("limit=0", "invalid_parameter"), ("limit=101", "invalid_parameter"), ("limit=x", "invalid_parameter"),
            ("limit=1&limit=2", "invalid_parameter"), ("cursor=", "invalid_cursor"), ("cursor=AAAA", "invalid_cursor"),
            ("cursor=" + String(repeating: "_", count: 23), "invalid_cursor"), ("limit=%zz", "invalid_query"),
            ("cursor=" + String(repeating: "A", count: 5000), "invalid_cursor"),
        ]
        for (query, code) in table { #expect(try page(query).code == code, "\(query)") }
        #expect(try page("").response.bodyBytes == Array(#"{"limit":20,"keys":null}"#.utf8))
    }
}

@Suite struct IdentityTests {
    private let time = Timestamp(millisecondsSince1970: 0x0102_0304_0506)

    @Test("An identity is the time and SHA-256 over the fields, each behind its length")
    func knownAnswer() {
        // printf '\0\0\0\1a\0\0\0\2bc\0\0\0\0' | sha256sum
        let identity = IdempotentConsumer.identity(source: "a", detailType: "bc", id: "", time: time)
        #expect(identity.description == "01020304-0506-80be-a559-5c177e969085")
    }

    @Test("Every part of the cause changes the identity, and moving a byte between parts does too")
    func parts() {
        let causes = [
            ("a", "b", "c"), ("x", "b", "c"), ("a", "x", "c"), ("a", "b", "x"), ("ab", "", "c"), ("", "ab", "c"),
        ]
        let identities = Set(
            causes.map { IdempotentConsumer.identity(source: $0.0, detailType: $0.1, id: $0.2, time: time) })
        #expect(identities.count == causes.count)
        let later = time.advanced(byMilliseconds: 1)
        #expect(
            IdempotentConsumer.identity(source: "a", detailType: "b", id: "c", time: time)
                < IdempotentConsumer.identity(source: "a", detailType: "b", id: "c", time: later))
    }
}
