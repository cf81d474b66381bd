internal import Codecs
internal import ServiceKit
import Testing

@testable internal import LocalPlatform

@Suite("The personal part of sample events")
struct SealedSampleTests {
    private static let secret = String(repeating: "s", count: 64)
    private static let id = "0199ae20-0000-7000-8000-0000000000aa"

    private func tree(_ text: String) throws -> JSONTree {
        try JSONTree(parsing: Array(text.utf8))
    }

    @Test("An object under detail.sealed is sealed for its event; everything else stays")
    func seals() throws {
        let event = try tree(
            #"{"id":"e","detail":{"id":"\#(Self.id)","sealed":{"address":"a@example.org","token":"t"},"locale":"en"}}"#)
        #expect(SealedSample.needsSealing(event))
        let sealed = try SealedSample.seal(event, secret: Self.secret)
        #expect(sealed["id"] == event["id"])
        #expect(sealed["detail"]?["locale"]?.text == "en")
        let text = try #require(sealed["detail"]?["sealed"]?.text)
        #expect(!text.contains("example"))
        let seal = try EventSeal(secret: Array(Self.secret.utf8))
        let plain = try seal.open(text, eventID: try #require(UUID(Self.id)))
        #expect(String(decoding: plain, as: UTF8.self) == #"{"address":"a@example.org","token":"t"}"#)
    }

    @Test("A text under detail.sealed, and an event without one, are left alone")
    func leavesAlone() throws {
        for text in [#"{"detail":{"sealed":"abc"}}"#, #"{"detail":{}}"#, #"{"sealed":{}}"#, "[]"] {
            #expect(!SealedSample.needsSealing(try tree(text)))
        }
    }

    @Test("A seal without an id that it is good for is refused", arguments: ["", #""id":"x","#])
    func refused(id: String) throws {
        let event = try tree(#"{"detail":{\#(id)"sealed":{"a":1}}}"#)
        let error = #expect(throws: LocalError.self) { try SealedSample.seal(event, secret: Self.secret) }
        #expect(error?.status == .data)
    }
}
