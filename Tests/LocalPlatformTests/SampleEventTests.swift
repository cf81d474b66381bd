internal import Codecs
internal import LocalPlatform
import Testing

@Suite("Placeholders of sample events")
struct SampleEventTests {
    /// 2026-11-21T06:15:00.042Z (`date -u -d @1795241700`).
    let now = Timestamp(millisecondsSince1970: 1_795_241_700_042)

    private func fill(_ text: String) throws -> String {
        String(decoding: try SampleEvent.fill(Array(text.utf8), now: now, run: 0x0F0A), as: UTF8.self)
    }

    @Test(
        "Are filled from the clock",
        arguments: [
            (#"{"time":"{{today}}T00:00:00Z"}"#, #"{"time":"2026-11-21T00:00:00Z"}"#),
            (#"{"t":"{{today:ms}}"}"#, #"{"t":1795219200000}"#),
            (#"{"t":"{{now:ms}}","u":1}"#, #"{"t":1795241700042,"u":1}"#),
            (#"{"b":"{\"t\":\"{{now:ms}}\"}"}"#, #"{"b":"{\"t\":1795241700042}"}"#),
            (#"{"t":"{{tomorrow:ms}}"}"#, #"{"t":1795328100042}"#),
            (#"{"t":"{{now}}"}"#, #"{"t":"2026-11-21T06:15:00.042Z"}"#),
            (#"{"id":"a-{{today:digits}}-b"}"#, #"{"id":"a-20261121-b"}"#),
            (#"{"id":"a-{{run}}-{{today:digits}}"}"#, #"{"id":"a-0f0a-20261121"}"#),
            (#"{"plain":"{ {"}"#, #"{"plain":"{ {"}"#),
            ("", ""),
        ])
    func fills(text: String, expected: String) throws {
        #expect(try fill(text) == expected)
    }

    @Test(
        "Are refused where they do not exist or cannot stand",
        arguments: [
            #"{"t":"{{tomorrow}}"}"#, #"{"t":"at {{now:ms}}"}"#, #"{"t":{{now:ms}}}"#, #"{"b":"\"{{now:ms}}"}"#,
        ])
    func refuses(text: String) {
        let error = #expect(throws: LocalError.self) { try fill(text) }
        #expect(error?.status == .data)
    }
}
