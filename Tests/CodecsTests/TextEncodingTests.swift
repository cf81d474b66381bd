import Codecs
import Testing

@Suite struct Base64Tests {
    @Test(
        "RFC 4648, section 10: the vectors of base 64",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(_ text: String, _ encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded.utf8) == Array(text.utf8))
        let unpadded = String(encoded.prefix { $0 != "=" })
        #expect(Base64.encode(Array(text.utf8), alphabet: .url) == unpadded)
        #expect(Base64.decode(unpadded.utf8, alphabet: .url) == Array(text.utf8))
    }

    @Test("RFC 4648, tables 1 and 2: the two alphabets differ in the last two characters")
    func alphabets() {
        #expect(Base64.encode([0xFB, 0xFF, 0xBF]) == "+/+/")
        #expect(Base64.encode([0xFB, 0xFF, 0xBF], alphabet: .url) == "-_-_")
        #expect(Base64.decode("-_-_".utf8) == nil && Base64.decode("+/+/".utf8, alphabet: .url) == nil)
    }

    @Test("RFC 7515, appendix C: the example of base64url without padding")
    func tokenExample() {
        #expect(Base64.encode([3, 236, 255, 224, 193], alphabet: .url) == "A-z_4ME")
    }

    @Test(
        "RFC 4648, sections 3.1 to 3.5: line feeds, foreign characters, wrong padding and spare bits are refused",
        arguments: [
            "Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zh==", "Zm9=", "Zm8=\n", "Zm 8", "Zm8=Zm8=", "Zm*8", "A",
            "Zm9vY", "\u{e9}A==",
        ])
    func refusals(_ text: String) {
        #expect(Base64.decode(text.utf8) == nil)
    }

    @Test("RFC 4648, section 3.2: the URL alphabet has no padding", arguments: ["Zg==", "Z", "Zh", "Zm9vY"])
    func refusalsOfURLAlphabet(_ text: String) {
        #expect(Base64.decode(text.utf8, alphabet: .url) == nil)
    }

    @Test("Every byte at every place of a group survives")
    func everyByte() {
        let bytes = (0..<3).flatMap { offset in (0...255).map { UInt8(($0 + offset * 85) & 255) } }
        for count in [bytes.count, bytes.count - 1, bytes.count - 2] {
            for alphabet in [Base64.Alphabet.standard, .url] {
                let part = Array(bytes[..<count])
                #expect(Base64.decode(Base64.encode(part, alphabet: alphabet).utf8, alphabet: alphabet) == part)
            }
        }
    }
}

@Suite struct HexTests {
    @Test(
        "RFC 4648, section 10: the vectors of base 16, in lower case",
        arguments: [
            ("", ""), ("f", "66"), ("fo", "666f"), ("foo", "666f6f"), ("foob", "666f6f62"), ("fooba", "666f6f6261"),
            ("foobar", "666f6f626172"),
        ])
    func vectors(_ text: String, _ encoded: String) {
        #expect(Hex.encode(text.utf8) == encoded)
        #expect(Hex.decode(encoded.utf8) == Array(text.utf8))
        #expect(Hex.decode(encoded.uppercased().utf8) == Array(text.utf8))
    }

    @Test(
        "An odd count and foreign characters are refused",
        arguments: ["6", "6g", "0x66", "66 6f", "/0", ":0", "@0", "`0"])
    func refusals(_ text: String) {
        #expect(Hex.decode(text.utf8) == nil)
    }
}

@Suite struct PercentEncodingTests {
    @Test("RFC 3986, section 2.3: unreserved characters stay, section 2.1: all others are encoded in upper case")
    func encodes() {
        let unreserved = "ABCXYZabcxyz0189-._~"
        #expect(PercentEncoding.encode(unreserved) == unreserved)
        #expect(
            PercentEncoding.encode(":/?#[]@!$&'()*+,;= %")
                == "%3A%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%20%25")
    }

    @Test("RFC 3986, section 2.5: the examples of non-ASCII letters")
    func nonASCII() {
        #expect(PercentEncoding.encode("\u{C0}") == "%C3%80")
        #expect(PercentEncoding.encode("\u{30A2}") == "%E3%82%A2")
        #expect(PercentEncoding.decode("%e3%82%A2".utf8) == Array("\u{30A2}".utf8))
    }

    @Test("A plus is a blank only where a form made the text")
    func plus() {
        #expect(PercentEncoding.decode("a+b%2B".utf8) == Array("a+b+".utf8))
        #expect(PercentEncoding.decode("a+b%2B".utf8, plusIsSpace: true) == Array("a b+".utf8))
    }

    @Test("A percent sign without two digits is refused", arguments: ["%", "%4", "%4g", "%g4", "a%", "%%41", "%+1"])
    func refusals(_ text: String) {
        #expect(PercentEncoding.decode(text.utf8) == nil)
    }

    @Test("Every byte decodes to itself")
    func everyByte() {
        for byte in UInt8.min ... .max {
            let text = "%" + Hex.encode([byte])
            #expect(PercentEncoding.decode(text.utf8) == [byte])
        }
    }
}
