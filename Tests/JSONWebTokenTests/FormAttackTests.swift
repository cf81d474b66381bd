import Codecs
import Cryptography
import JSONWebToken
import Testing

@Suite("Attacks on a token's form")
struct FormAttackTests {
    let fixture: TokenFixture
    let text: String
    let parts: [String]

    init() throws {
        fixture = try TokenFixture()
        text = try fixture.token.signed(by: fixture.key, kid: fixture.kid)
        parts = text.split(separator: ".").map { String($0) }
    }

    @Test("A13: other numbers of parts, blanks, padding and other alphabets")
    func forms() {
        let (header, payload, signature) = (parts[0], parts[1], parts[2])
        let json = #"{"payload":"\#(payload)","protected":"\#(header)","signature":"\#(signature)"}"#
        let wrong = [
            "", ".", "..", "...", header, "\(header).\(payload)", text + ".", text + ".e30", "." + text,
            "\(header)..\(signature)",
            ".\(payload).\(signature)", json, " " + text, text + " ", text + "\n", text + "\r\n", text + "\0",
            text + "=",
            "\(header)=.\(payload).\(signature)", "\(header).\(payload)=.\(signature)",
            "\(header).\(payload) .\(signature)",
            "\(header)\n.\(payload).\(signature)", "\(header). \(payload).\(signature)", text.replacing(".", with: "．"),
        ]
        for token in wrong {
            let refusal = fixture.refusal(Array(token.utf8))
            #expect(refusal != nil, "\(token.prefix(40))")
        }
    }

    @Test("A13: a part in the standard alphabet, and a last character whose spare bits are not zero")
    func malleability() throws {
        // Keep signing until the signature has both characters that differ between the alphabets.
        var token = text
        var number = 0
        while !(token.contains("-") && token.contains("_")) {
            token = String(decoding: try fixture.signed(payload: fixture.payload("n", "\(number)")), as: UTF8.self)
            number += 1
        }
        #expect(fixture.refusal(Array(token.utf8)) == nil)
        let standard = token.utf8.map {
            $0 == UInt8(ascii: "-") ? UInt8(ascii: "+") : $0 == UInt8(ascii: "_") ? UInt8(ascii: "/") : $0
        }
        #expect(fixture.refusal(standard) != nil)
        // 384 bytes leave no spare bits in the signature: header and payload are made to.
        for (header, payload) in [
            (fixture.header + " ", fixture.payload()), (fixture.header + "  ", fixture.payload()),
        ] {
            let pieces = String(decoding: try fixture.signed(header: header, payload: payload), as: UTF8.self)
                .split(separator: ".").map { Array($0.utf8) }
            for index in 0..<2 where pieces[index].count % 4 != 0 {
                var altered = pieces
                altered[index][altered[index].count - 1] += 1
                let joined = Array(altered.joined(separator: [UInt8(ascii: ".")]))
                #expect(fixture.refusal(joined) != nil)
            }
        }
    }

    @Test("A14: every single bit of a token counts")
    func bits() {
        let token = Array(text.utf8)
        for index in token.indices {
            var altered = token
            altered[index] ^= 1 << UInt8(index % 7)
            #expect(fixture.refusal(altered) != nil, "byte \(index)")
        }
        for count in [0, 1, 100, token.count - 1] { #expect(fixture.refusal(Array(token.prefix(count))) != nil) }
    }

    @Test("A16: more than a token may have, in bytes and in depth, is refused without being read")
    func sizes() throws {
        let deep = String(repeating: "[", count: 10_000)
        let header =
            #"{"alg":"RS256","kid":"\#(fixture.kid)","typ":"at+jwt","x":"\#(String(repeating: "x", count: 9_216))"}"#
        #expect(fixture.refusal(try fixture.signed(header: header)) == .malformed)
        let payload = fixture.payload("x", #""\#(String(repeating: "x", count: 1 << 20))""#)
        #expect(fixture.refusal(try fixture.signed(payload: payload)) == .malformed)
        #expect(fixture.refusal(try fixture.signed(payload: deep)) == .malformed)
        #expect(fixture.refusal(try fixture.signed(header: deep)) == .malformed)
        #expect(fixture.refusal(Array(repeating: UInt8(ascii: "."), count: 1 << 20)) == .malformed)
        #expect(fixture.refusal(Array(repeating: UInt8(ascii: "A"), count: 4097)) == .malformed)
        // Within the bytes, the depth is what is refused.
        let nested = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        #expect(fixture.refusal(try fixture.signed(payload: fixture.payload("x", nested))) == .claims)
        #expect(
            fixture.refusal(try fixture.signed(header: fixture.header.dropLast() + #","x":\#(nested)}"#)) == .header)
    }
}
