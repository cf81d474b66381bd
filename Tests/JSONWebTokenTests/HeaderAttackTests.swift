import Codecs
import Cryptography
import JSONWebToken
import Testing

@Suite("Attacks on a token's header")
struct HeaderAttackTests {
    let fixture: TokenFixture

    init() throws {
        fixture = try TokenFixture()
    }

    @Test("What is signed is what is read, and its claims are as they are published")
    func sound() throws {
        let text = try fixture.token.signed(by: fixture.key, kid: fixture.kid)
        #expect(text.utf8.count < 1200)
        let parts = text.split(separator: ".").map { Base64.decode($0.utf8, alphabet: .url) ?? [] }
        #expect(parts[0] == Array(fixture.header.utf8) && parts[1] == Array(fixture.payload().utf8))
        let read = try fixture.verifier.verify(Array(text.utf8), keys: fixture.keys, now: TokenFixture.now)
        #expect(read == fixture.token)
    }

    @Test(
        "A1: the algorithm none, in any case, with and without a signature",
        arguments: ["none", "None", "NONE", "nOnE"])
    func none(_ algorithm: String) throws {
        let header = #"{"alg":"\#(algorithm)","kid":"\#(fixture.kid)","typ":"at+jwt"}"#
        #expect(fixture.refusal(try fixture.signed(header: header)) == .algorithm)
        let bare = encoded(header) + "." + encoded(fixture.payload()) + "."
        #expect(fixture.refusal(Array(bare.utf8)) == .algorithm)
        #expect(fixture.refusal(Array(bare.utf8.dropLast())) == .malformed)
    }

    @Test("A2: HS256 with the public key as its secret, as PEM, DER, JWK and modulus")
    func symmetric() throws {
        let modulus = fixture.key.publicKey.modulus
        // RFC 8017, A.1.1 and RFC 5280, 4.1: the two usual encodings of the public key.
        let der = Self.der(0x30, Self.der(0x02, [0] + modulus) + [2, 3, 1, 0, 1])
        let name: [UInt8] = [0x30, 13, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 13, 1, 1, 1, 5, 0]
        let info = Self.der(0x30, name + Self.der(0x03, [0] + der))
        let lines = Base64.encode(info).utf8.enumerated().map {
            ($0 > 0 && $0.isMultiple(of: 64) ? "\n" : "") + String(UnicodeScalar($1))
        }
        let pem = "-----BEGIN PUBLIC KEY-----\n" + lines.joined() + "\n-----END PUBLIC KEY-----\n"
        let secrets = [
            modulus, der, info, Array(pem.utf8), Array(pem.utf8.dropLast()), fixture.keys.json,
            Array(Base64.encode(modulus, alphabet: .url).utf8),
        ]
        let header = #"{"alg":"HS256","kid":"\#(fixture.kid)","typ":"at+jwt"}"#
        let signed = encoded(header) + "." + encoded(fixture.payload())
        for secret in secrets {
            let code = HMAC.code(for: Array(signed.utf8), key: SecretBytes(secret))
            let token = signed + "." + Base64.encode(code, alphabet: .url)
            #expect(fixture.refusal(Array(token.utf8)) == .algorithm)
        }
    }

    private static func der(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        [tag, 0x82, UInt8(content.count >> 8), UInt8(content.count & 255)] + content
    }

    @Test(
        "A3: another algorithm than the key's",
        arguments: ["RS384", "RS512", "PS256", "ES256", "EdDSA", "HS512", "rs256", "RS256 ", "", "RS256\0"])
    func otherAlgorithm(_ algorithm: String) throws {
        let header = #"{"alg":"\#(algorithm)","kid":"\#(fixture.kid)","typ":"at+jwt"}"#
        let refusal = fixture.refusal(try fixture.signed(header: header))
        #expect(refusal == (algorithm.contains("\0") ? .header : .algorithm))
    }

    @Test(
        "A4: no algorithm, or something that is no text", arguments: [nil, #"["RS256"]"#, "256", "null", "true", "{}"])
    func noAlgorithm(_ value: String?) throws {
        let member = value.map { #""alg":\#($0),"# } ?? ""
        let header = #"{\#(member)"kid":"\#(fixture.kid)","typ":"at+jwt"}"#
        #expect(fixture.refusal(try fixture.signed(header: header)) == .algorithm)
    }

    @Test("A5: a kid that is missing, unknown, huge, or only looks like ours")
    func keyIdentifier() throws {
        let folded = String(fixture.kid.unicodeScalars.map { $0 == "K" || $0 == "k" ? "\u{212A}" : Character($0) })
        let values = [
            "../../dev/null", "' OR 1=1--", "\(fixture.kid) ", fixture.kid.lowercased() + "x", "", folded + "\u{212A}",
            fixture.kid + "\u{301}", String(repeating: "k", count: 65_536), fixture.kid + #"\u0000"#,
            "\(fixture.kid)\0",
        ]
        for value in values {
            let header = #"{"alg":"RS256","kid":"\#(value)","typ":"at+jwt"}"#
            let refusal = try #require(fixture.refusal(try fixture.signed(header: header)))
            #expect([.unknownKey, .header, .malformed].contains(refusal))
        }
        for header in [#"{"alg":"RS256","typ":"at+jwt"}"#, #"{"alg":"RS256","kid":null,"typ":"at+jwt"}"#] {
            let refusal = try #require(fixture.refusal(try fixture.signed(header: header)))
            #expect([.unknownKey, .header].contains(refusal))
        }
    }

    @Test("A6: keys and addresses of keys in the header are not looked at")
    func embeddedKeys() throws {
        let attacker = try RSAPrivateKey.generate()
        let modulus = Base64.encode(attacker.publicKey.modulus, alphabet: .url)
        let members = [
            #""jwk":{"kty":"RSA","kid":"\#(fixture.kid)","use":"sig","alg":"RS256","n":"\#(modulus)","e":"AQAB"}"#,
            #""jku":"https://evil.example/jwks.json""#, #""x5u":"https://evil.example/key.pem""#, #""x5c":["MIIB"]"#,
            #""x5t":"AAAA""#,
        ]
        for member in members {
            let header = #"{"alg":"RS256","kid":"\#(fixture.kid)","typ":"at+jwt",\#(member)}"#
            let (head, body) = (Array(header.utf8), Array(fixture.payload().utf8))
            let forged = try CompactSignature.text(header: head, payload: body, key: attacker)
            #expect(fixture.refusal(Array(forged.utf8)) == .signature)
            // Ours stays ours with such a member.
            #expect(fixture.refusal(try fixture.signed(header: header)) == nil)
        }
    }

    @Test(
        "A7: extensions that must be understood, and an unencoded payload",
        arguments: [
            #""crit":["exp"],"exp":1"#, #""crit":["b64"],"b64":false"#, #""b64":false"#, #""crit":[]"#, #""crit":null"#,
            #""crit":"b64""#,
        ])
    func critical(_ member: String) throws {
        let header = #"{"alg":"RS256","kid":"\#(fixture.kid)","typ":"at+jwt",\#(member)}"#
        #expect(fixture.refusal(try fixture.signed(header: header)) == .critical)
    }

    @Test(
        "A8: a token of another kind of the same issuer",
        arguments: ["JWT", "jwt", "at+JWT", "AT+JWT", "application/at+jwt", "refresh+jwt", "id+jwt", "mfa+jwt", ""])
    func otherType(_ type: String) throws {
        let header = #"{"alg":"RS256","kid":"\#(fixture.kid)","typ":"\#(type)"}"#
        #expect(fixture.refusal(try fixture.signed(header: header)) == .type)
        let bare = #"{"alg":"RS256","kid":"\#(fixture.kid)"}"#
        #expect(fixture.refusal(try fixture.signed(header: bare)) == .type)
    }
}
