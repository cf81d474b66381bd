import Codecs
import StrictJSON
import TestSupport
import Testing

@testable import AWSClient

@Suite("Mails and events before they are sent")
struct EmailLimitTests {
    /// botocore 1.44, model of SES v2: `MessageHeader`, `MessageTag`; research of the API reference's limits.
    static let wrong: [(String, @Sendable (inout OutgoingEmail) -> Void)] = [
        ("no recipient", { $0.to = "" }),
        ("recipient with a line break", { $0.to = "a@b.c\r\nBcc: x@y.z" }),
        ("recipient that is not ASCII", { $0.to = "ä@example.org" }),
        ("sender without @", { $0.from = "nobody" }),
        ("no subject", { $0.subject = "" }),
        ("subject with a line break", { $0.subject = "a\nBcc: x@y.z" }),
        ("no text", { $0.text = "" }),
        ("16 header fields", { $0.headers = (0..<16).map { (name: "X-\($0)", value: "") } }),
        ("header name with a colon", { $0.headers = [(name: "X:Y", value: "")] }),
        ("header name of 127", { $0.headers = [(name: String(repeating: "x", count: 127), value: "")] }),
        ("header value with a line break", { $0.headers = [(name: "X", value: "a\r\nBcc: b")] }),
        ("header value that is not ASCII", { $0.headers = [(name: "X", value: "é")] }),
        ("header value of 996", { $0.headers = [(name: "X", value: String(repeating: "x", count: 996))] }),
        ("tag with a dot", { $0.tags = [(name: "a.b", value: "c")] }),
        ("empty tag value", { $0.tags = [(name: "a", value: "")] }),
        ("tag value of 257", { $0.tags = [(name: "a", value: String(repeating: "x", count: 257))] }),
        ("51 tags", { $0.tags = (0..<51).map { (name: "t\($0)", value: "v") } }),
        ("configuration set with a slash", { $0.configurationSet = "a/b" }),
        ("body of more than a mebibyte", { $0.html = String(repeating: "x", count: 1 << 20) }),
    ]

    @Test("A mail that SES would refuse is not sent", arguments: wrong.indices)
    func refused(index: Int) throws {
        var email = OutgoingEmail.sample
        Self.wrong[index].1(&email)
        let service = try ScriptedService([.answer(200, #"{"MessageId":"1"}"#)])
        let error = #expect(throws: AWSError.self, "\(Self.wrong[index].0)") {
            try client(service).sendEmail(email, call: AWSCall())
        }
        #expect(error?.code == .rejected && error?.mayHaveTakenEffect == false)
        #expect(service.received.isEmpty)
    }

    @Test("A mail at the limits is sent")
    func accepted() throws {
        var email = OutgoingEmail.sample
        email.headers = (0..<15).map { (name: "X-\($0)", value: String(repeating: "x", count: 995)) }
        email.tags = (0..<50).map { (name: "t\($0)", value: String(repeating: "v", count: 256)) }
        #expect(EmailLimits.violation(of: email) == nil)
    }

    /// EventBridge user guide, "Calculating PutEvents event entry size": its Java example.
    @Test("An entry's size: 14 for a time, and the UTF-8 of source, detail-type, detail and resources")
    func entrySize() {
        var entry = EventEntry(source: "sø", detailType: "abc", detail: Array(#"{"a":"é"}"#.utf8), bus: "not counted")
        #expect(entry.countedBytes == 3 + 3 + 10)
        entry.time = .init(millisecondsSince1970: 0)
        entry.resources = ["arn:1", "é"]
        #expect(entry.countedBytes == 3 + 3 + 10 + 14 + 5 + 2)
    }

    @Test("Entries are cut into requests of ten and of less than 256 KB, in order")
    func batches() {
        func entry(_ bytes: Int) -> EventEntry {
            EventEntry(source: "", detailType: "", detail: [UInt8](repeating: 0x20, count: bytes), bus: "b")
        }
        #expect(EventBatch.ranges(of: []).isEmpty)
        #expect(EventBatch.ranges(of: (0..<23).map { _ in entry(1) }) == [0..<10, 10..<20, 20..<23])
        #expect(EventBatch.ranges(of: [entry(200_000), entry(62_143), entry(1)]) == [0..<2, 2..<3])
        #expect(EventBatch.ranges(of: [entry(1), entry(300_000), entry(1)]) == [0..<1, 1..<2, 2..<3])
    }
}
