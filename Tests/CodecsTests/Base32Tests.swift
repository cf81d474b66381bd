import Codecs
import Testing

@Suite("Base 32")
struct Base32Tests {
    @Test(
        "RFC 4648, section 10: both ways, with and without padding",
        arguments: [
            ("", ""), ("f", "MY======"), ("fo", "MZXQ===="), ("foo", "MZXW6==="), ("foob", "MZXW6YQ="),
            ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI======"),
        ])
    func vectors(_ text: String, _ encoded: String) {
        let bytes = Array(text.utf8)
        let bare = encoded.replacing("=", with: "")
        #expect(Base32.encode(bytes) == encoded && Base32.encode(bytes, padded: false) == bare)
        #expect(Base32.decode(encoded.utf8) == bytes && Base32.decode(bare.utf8, padded: false) == bytes)
    }

    @Test(
        "One text for each sequence of bytes: all others are refused",
        arguments: [
            "M", "MY", "MY=", "MY=====", "MY=======", "MZXW6===MY======", "my======", "MZ======", "MZXW6YQ1",
            "MZXW6YQ0",
            "MZXW6Y==", "MZX=====", "========", "MY======\n", " MY======", "MYＡ=====", "MZXW6YTB=",
        ])
    func refusals(_ text: String) {
        #expect(Base32.decode(text.utf8) == nil)
    }

    @Test("Every byte and every length come back")
    func roundTrip() {
        for count in 0..<64 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            #expect(Base32.decode(Base32.encode(bytes).utf8) == bytes)
            #expect(Base32.decode(Base32.encode(bytes, padded: false).utf8, padded: false) == bytes)
        }
    }
}
