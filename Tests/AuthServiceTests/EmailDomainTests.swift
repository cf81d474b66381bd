import Foundation
import Testing

@testable import AuthService

/// Domains against Python's `idna` and RFC 3492's own samples.
@Suite("Internationalised domains")
struct EmailDomainTests {
    private static func lines(_ file: String) throws -> [[String]] {
        let text = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors/\(file)"),
            encoding: .utf8)
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            line.split(separator: ";").map { String($0).trimmed }
        }
    }

    @Test("a name that is taken has the ASCII form that Python's idna gives it, and nothing is taken that it refuses")
    func names() throws {
        var taken = 0
        for line in try Self.lines("idna-names.txt") {
            let name = String(String.UnicodeScalarView(line[0].split(separator: " ").compactMap(Self.scalar)))
            guard let ours = try? EmailIdentity("a@\(name)").canonical else { continue }
            taken += 1
            #expect(ours == "a@\(line[1])", Comment(rawValue: line[0]))
        }
        #expect(taken > 150)
    }

    @Test("no scalar is allowed that is not PVALID in Python's idna")
    func scalars() throws {
        var isValid = [Bool](repeating: false, count: 0x110000)
        for line in try Self.lines("idna-pvalid.txt") {
            let bounds = line[0].split(separator: " ").compactMap { Int($0, radix: 16) }
            for value in bounds[0]...bounds[1] { isValid[value] = true }
        }
        // Two kinds of Arabic digits have a rule of context instead (RFC 5892, appendices A.8 and A.9).
        for value in Array(0x660...0x669) + Array(0x6F0...0x6F9) { isValid[value] = true }
        var wrong: [String] = []
        var allowed = 0
        for value in UInt32(0x80)..<0x110000 {
            guard let scalar = Unicode.Scalar(value), DomainScalar.isAllowed(scalar) else { continue }
            allowed += 1
            if !isValid[Int(value)] { wrong.append(String(value, radix: 16)) }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(40))")
        #expect(allowed > 90_000)
    }

    /// RFC 3492, section 7.1: samples A, B, C, E, G, R and S.
    @Test(
        "Punycode of the RFC's samples, both ways",
        arguments: [
            ("644 64A 647 645 627 628 62A 643 644 645 648 634 639 631 628 64A 61F", "egbpdaj6bu4bxfgehfvwxn"),
            ("4ED6 4EEC 4E3A 4EC0 4E48 4E0D 8BF4 4E2D 6587", "ihqwcrb4cv8a8dqg056pqjye"),
            ("4ED6 5011 7232 4EC0 9EBD 4E0D 8AAA 4E2D 6587", "ihqwctvzc91f659drss3x8bo0yb"),
            (
                "5DC 5DE 5D4 5D4 5DD 5E4 5E9 5D5 5D8 5DC 5D0 5DE 5D3 5D1 5E8 5D9 5DD 5E2 5D1 5E8 5D9 5EA",
                "4dbcagdahymbxekheh6e0a7fei0b"
            ),
            (
                "306A 305C 307F 3093 306A 65E5 672C 8A9E 3092 8A71 3057 3066 304F 308C 306A 3044 306E 304B",
                "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"
            ),
            ("305D 306E 30B9 30D4 30FC 30C9 3067", "d9juau41awczczp"),
            ("2D 3E 20 24 31 2E 30 30 20 3C 2D", "-> $1.00 <--"),
        ])
    func punycode(_ scalars: String, _ encoded: String) throws {
        let list = scalars.split(separator: " ").compactMap(Self.scalar)
        #expect(Punycode.encode(list).map { String(decoding: $0, as: UTF8.self) } == encoded)
        #expect(Punycode.decode(Array(encoded.utf8)) == list)
    }

    @Test("Punycode that overflows or ends early is none")
    func malformed() {
        for text in ["99999999", "a-99999999", "zzzzzzzzzzzz", "a-\u{E9}", "a-b c", "a-{"] {
            #expect(Punycode.decode(Array(text.utf8)) == nil, Comment(rawValue: text))
        }
    }

    @Test("scripts meet as languages are written, and no others do")
    func scripts() {
        for label in ["漢字かなカナ", "漢字한글", "русский", "ελληνικά", "עברית", "عربي", "हिन्दी", "abc1"] {
            #expect(DomainLabel(Substring(label)) != nil, Comment(rawValue: label))
        }
        for label in ["pаypal", "αbc", "日本abc", "한글カナ", "אа", "ᎠᎡ", "ա1α", "م١2", "م١۲", "1א", "-א", "א-"] {
            #expect(DomainLabel(Substring(label)) == nil, Comment(rawValue: label))
        }
        // Beside a label that is written from right to left no label begins with a digit.
        #expect((try? EmailIdentity("a@1a.א.com")) == nil)
        #expect((try? EmailIdentity("a@a1.א.com")) != nil)
    }

    private static func scalar(_ hex: Substring) -> Unicode.Scalar? {
        UInt32(hex, radix: 16).flatMap(Unicode.Scalar.init)
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
