import AuthKeys
import Codecs
import Cryptography
import Testing

@Suite("The rotation of keys")
struct KeyRotationTests {
    private let generate = Samples.inventor()

    private func advance(
        _ document: AuthKeyDocument, _ wish: KeyRotation.Wish = .nothing, after milliseconds: Int64
    ) throws -> (document: AuthKeyDocument, changes: [KeyChange]) {
        try KeyRotation.advance(document, wish, now: Samples.start.later(milliseconds), generate: generate)
    }

    private func published(_ document: AuthKeyDocument, after milliseconds: Int64) -> AuthKeyDocument {
        document.markedPublished(now: Samples.start.later(milliseconds)) ?? document
    }

    private func states(_ document: AuthKeyDocument) -> [String] {
        document.signing.map { "\($0.kid) \($0.state.rawValue)" }
    }

    @Test("first makes a root, a key that signs at once, and the next one")
    func first() throws {
        let (document, changes) = try advance(.empty, after: 0)
        #expect(changes == [.addRoot, .generate(.active), .generate(.next)])
        #expect(states(document) == ["key-1 active", "key-2 next"])
        #expect(document.roots.map(\.id) == [1])
        #expect(document.roots.first?.secret.count == 32)
        #expect(try advance(document, after: 0).changes.isEmpty)
    }

    @Test("changes keys after 90 days, forgets the old private half at once and the old key two days later")
    func life() throws {
        var document = published(try advance(.empty, after: 0).document, after: 0)
        let due = 90 * Samples.day
        #expect(try advance(document, after: due - 1).changes.isEmpty)
        var changes: [KeyChange]
        (document, changes) = try advance(document, after: due)
        #expect(changes == [.activate(kid: "key-2"), .generate(.next)])
        #expect(states(document) == ["key-1 retired", "key-2 active", "key-3 next"])
        #expect(document.signing.first?.privateKey == nil)
        #expect(document.published.map(\.kid) == ["key-2", "key-3", "key-1"])
        document = published(document, after: due)
        #expect(try advance(document, after: due + 2 * Samples.day - 1).changes.isEmpty)
        (document, changes) = try advance(document, after: due + 2 * Samples.day)
        #expect(changes == [.drop(kid: "key-1")])
        #expect(states(document) == ["key-2 active", "key-3 next"])
    }

    @Test("waits until the next key has been published for a day")
    func waits() throws {
        let unpublished = try advance(.empty, after: 0).document
        #expect(try advance(unpublished, after: 200 * Samples.day).changes.isEmpty)
        let late = published(unpublished, after: 95 * Samples.day)
        #expect(try advance(late, after: 96 * Samples.day - 1).changes.isEmpty)
        #expect(try advance(late, after: 96 * Samples.day).changes.first == .activate(kid: "key-2"))
    }

    @Test("puts the next key in the place of one that is revoked, at once")
    func revocation() throws {
        var document = published(try advance(.empty, after: 0).document, after: 0)
        var changes: [KeyChange]
        (document, changes) = try advance(document, .revoke(kid: "key-1"), after: 1)
        #expect(changes == [.revoke(kid: "key-1"), .activate(kid: "key-2"), .generate(.next)])
        #expect(document.published.map(\.kid) == ["key-2", "key-3"])
        #expect(document.signing.allSatisfy { ($0.privateKey == nil) == ($0.kid == "key-1") })
        #expect(try advance(document, .revoke(kid: "key-1"), after: 2).changes.isEmpty)
        (document, changes) = try advance(document, .revoke(kid: "key-3"), after: 3)
        #expect(changes == [.revoke(kid: "key-3"), .generate(.next)])
        (document, changes) = try advance(document, after: 91 * Samples.day)
        #expect(changes == [.drop(kid: "key-1"), .drop(kid: "key-3")])
        #expect(throws: AuthKeyError.unknownKey) { try advance(document, .revoke(kid: "key-1"), after: 0) }
        #expect(throws: AuthKeyError.unknownKey) { try advance(document, .revoke(kid: "key\u{2D}2 "), after: 0) }
    }

    @Test("revokes a retired key, and two keys one after the other")
    func revokesOthers() throws {
        var document = published(try advance(.empty, after: 0).document, after: 0)
        document = published(try advance(document, after: 90 * Samples.day).document, after: 90 * Samples.day)
        document = try advance(document, .revoke(kid: "key-1"), after: 90 * Samples.day).document
        #expect(document.published.map(\.kid) == ["key-2", "key-3"])
        document = try advance(document, .revoke(kid: "key-3"), after: 90 * Samples.day).document
        document = try advance(document, .revoke(kid: "key-2"), after: 90 * Samples.day).document
        #expect(document.published.map(\.kid) == ["key-4", "key-5"])
    }

    @Test("adds a root when asked to, once in an hour, and keeps the old ones")
    func roots() throws {
        var document = try advance(.empty, after: 0).document
        #expect(try advance(document, .newRoot, after: Samples.hour - 1).changes.isEmpty)
        document = try advance(document, .newRoot, after: Samples.hour).document
        #expect(document.roots.map(\.id) == [1, 2])
        #expect(document.roots[0].secret.revealed() != document.roots[1].secret.revealed())
        for count in 3...64 { document = try advance(document, .newRoot, after: Int64(count) * Samples.hour).document }
        #expect(throws: AuthKeyError.tooManyRoots) { try advance(document, .newRoot, after: 65 * Samples.hour) }
        #expect(document.json.count < 65_536)
    }

    @Test("of real keys fits in a secret with every key that there may be")
    func size() throws {
        var document = try Samples.document()
        for count in 1...63 {
            let now = Samples.start.later(Int64(count) * Samples.hour)
            document = try KeyRotation.advance(document, .newRoot, now: now, generate: Samples.generator()).document
        }
        #expect(document.json.count < 32_768)
        _ = try AuthKeyDocument(parsing: document.json)
    }
}
