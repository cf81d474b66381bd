import Codecs
import Cryptography
import StrictJSON
import Testing

@testable import AuthKeys

@Suite("The stored document")
struct AuthKeyDocumentTests {
    private static let key = #"""
        {"kid":"k-1","state":"active","createdAt":1,"activatedAt":2,"n":"xwQ","e":"AQAB","privateKey":"c2VjcmV0"}
        """#
    private static let root = #"{"id":1,"secret":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}"#
    private static let text = #"{"version":1,"signing":[\#(key)],"roots":[\#(root)]}"#

    private func error(_ text: String) -> AuthKeyError? {
        #expect(throws: AuthKeyError.self) { try AuthKeyDocument(parsing: Array(text.utf8)) }
    }

    @Test("is read member by member")
    func reads() throws {
        let document = try AuthKeyDocument(parsing: Array(Self.text.utf8))
        let active = try #require(document.active)
        #expect(active.kid == "k-1" && active.state == .active)
        #expect(active.modulus == [0xC7, 0x04] && active.exponent == [1, 0, 1])
        #expect(active.createdAt.millisecondsSince1970 == 1 && active.activatedAt?.millisecondsSince1970 == 2)
        #expect(active.publishedAt == nil && active.retiredAt == nil)
        #expect(active.privateKey?.revealed() == Array("secret".utf8))
        #expect(document.roots.map(\.id) == [1])
        #expect(document.roots.first?.secret.revealed() == Array(0..<32))
        #expect(String(decoding: document.json, as: UTF8.self) == Self.text)
    }

    @Test("comes back as it was written")
    func roundTrip() throws {
        let written = try Samples.document()
        let read = try AuthKeyDocument(parsing: written.json)
        #expect(read.json == written.json)
        #expect(try AuthKeySnapshot(read).kid == written.active?.kid)
    }

    @Test("is empty where nobody has written to the secret", arguments: ["{}", " { } "])
    func empty(text: String) {
        #expect(error(text) == .empty)
    }

    static let changes: [(String, String)] = [
        (#""version":1"#, #""version":2"#), (#""version":1"#, #""version":"1""#), (#""version":1,"#, ""),
        (#""version":1"#, #""version":1,"more":1"#), (#""signing":["#, #""signing":[1,"#),
        (#""state":"active""#, #""state":"next""#), (#""state":"active""#, #""state":"Active""#),
        (#""state":"active""#, #""state":"retired","retiredAt":3"#), (#""kid":"k-1""#, #""kid":"""#),
        (#""kid":"k-1""#, #""kid":"k 1""#), (#""kid":"k-1""#, #""kid":1"#),
        (#""kid":"k-1""#, #""kid":"\#(String(repeating: "k", count: 65))""#), (#""n":"xwQ""#, #""n":"xwR""#),
        (#""n":"xwQ""#, #""n":"xwQ=""#), (#""n":"xwQ""#, #""n":"""#), (#","privateKey":"c2VjcmV0""#, ""),
        (#""privateKey":"c2VjcmV0""#, #""privateKey":null"#), (#""privateKey""#, #""d":"AA","privateKey""#),
        (#""createdAt":1"#, #""createdAt":-1"#), (#""createdAt":1"#, #""createdAt":1.5"#),
        (#""createdAt":1"#, #""createdAt":253402300800000"#), (#""activatedAt":2"#, #""activatedAt":null"#),
        (#""activatedAt":2"#, #""activatedAt":2,"retiredAt":3"#), (#""id":1"#, #""id":0"#),
        (#""id":1"#, #""id":32768"#), ("HB0eHx8", "HB0e"), ("GxwdHh8", "GxwdHh8A"), ("GxwdHh8", "GxwdHg"),
        (#"[{"id":1,"#, #"[\#(root),{"id":1,"#), (root, ""), (key, "\(key),\(key)"), (key, ""),
        (#""roots":["#, #""roots":[{"id":9,"secret":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"},"#),
        (#"{"version""#, #"[{"version""#), (#"{"version""#, #"{"version":1,"version""#),
    ].filter { text.contains($0.0) }

    @Test("is refused when anything about it is wrong", arguments: changes)
    func refuses(old: String, new: String) throws {
        var text = Self.text
        let place = try #require(text.firstRange(of: old))
        text.replaceSubrange(place, with: new)
        let isMalformed = if case .malformed = error(text) { true } else { false }
        #expect(isMalformed)
    }

    @Test("is refused when it is longer than a secret may be")
    func tooLong() {
        #expect(error(Self.text + String(repeating: " ", count: 65_536)) != nil)
    }

    @Test("shows nothing secret, whichever way it is printed")
    func unprintable() throws {
        let document = try AuthKeyDocument(parsing: Array(Self.text.utf8))
        var dumped = ""
        dump(document, to: &dumped)
        dump(document.signing, to: &dumped)
        dump(document.roots, to: &dumped)
        dump(try RootKeys(document.roots), to: &dumped)
        dumped += "\(document) \(document.signing) \(document.roots)"
        for secret in ["c2VjcmV0", "115", "AAECAwQ", "[0, 1, 2"] { #expect(!dumped.contains(secret)) }
    }

    @Test("gives no snapshot when a key is not the one that it says", arguments: [0, 1, 2])
    func mismatch(kind: Int) throws {
        let (first, second) = (Samples.pairs[0], Samples.pairs[1])
        let wrong = [
            AuthKeyDocument.KeyPair(
                kid: first.kid, modulus: first.modulus, exponent: first.exponent, privateKey: second.privateKey),
            AuthKeyDocument.KeyPair(
                kid: second.kid, modulus: first.modulus, exponent: first.exponent, privateKey: first.privateKey),
            AuthKeyDocument.KeyPair(
                kid: first.kid, modulus: [1], exponent: first.exponent, privateKey: first.privateKey),
        ]
        var pairs = [wrong[kind], Samples.pairs[2]]
        let document = try KeyRotation.advance(.empty, now: Samples.start) { pairs.removeFirst() }.document
        #expect(throws: AuthKeyError.self) { try AuthKeySnapshot(document) }
    }
}

@Suite("The keys that follow from a root")
struct RootKeysTests {
    /// By Python's `hmac`, for the root of the bytes 0 to 31 and the id 7.
    static let expected: [(KeyPurpose, String)] = [
        (.password, "64e63ebe95e54345a2b9b7ed8a1da22a1cb396209d98872a6e0608da69b6c7a3"),
        (.totp, "def5b6769a535318484a8772e2cb4db74c18532213fbbd96d8ae0d3e3555b4ce"),
        (.refresh, "548014b1d666f8f8b7ed1dc9c37b205618b503ef3a9e7747087db7b2987e398c"),
        (.throttle, "3d5cc4d3ac57cdb91431d32c1721d1a5e0563530233b509a28f678c6307cfa88"),
        (.device, "89501c16111d4801fc16a0b04c8299f85fcec1fe54652f96d2d2a378e01d305f"),
        (.recovery, "4f4f3980324e5dd719a62c6ac2e7ea7071e2496faa2085c0e3c138a86ae8c7ee"),
        (.signUpCookie, "84c0d31e4aac658e3a51fe12bed2974d7647f7d7c05822e76b58681b898f3b02"),
    ]

    private func roots(_ ids: [Int]) throws -> RootKeys {
        let list = ids.map { #"{"id":\#($0),"secret":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}"# }
        let key = #"{"kid":"k","state":"active","createdAt":1,"activatedAt":2,"n":"xwQ","e":"AQAB","privateKey":"AA"}"#
        let text = #"{"version":1,"signing":[\#(key)],"roots":[\#(list.joined(separator: ","))]}"#
        return try RootKeys(try AuthKeyDocument(parsing: Array(text.utf8)).roots)
    }

    @Test("are HKDF-SHA256 of it", arguments: expected)
    func derivation(purpose: KeyPurpose, key: String) throws {
        #expect(try Hex.encode(roots([7]).key(for: purpose, id: 7).revealed()) == key)
    }

    @Test("differ by purpose and root, and the newest root is the one for what is new")
    func distinct() throws {
        let keys = try roots([1, 2, 300])
        #expect(keys.currentID == 300)
        var found: Set<[UInt8]> = []
        for id in [1, 2, 300] as [Int16] {
            for purpose in KeyPurpose.allCases { found.insert(try keys.key(for: purpose, id: id).revealed()) }
        }
        #expect(found.count == 3 * KeyPurpose.allCases.count && Self.expected.count == KeyPurpose.allCases.count)
        #expect(throws: AuthKeyError.unknownKey) { try keys.key(for: .totp, id: 3) }
    }
}
