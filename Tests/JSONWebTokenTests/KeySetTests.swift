import Codecs
import Cryptography
import JSONWebToken
import Testing

@Suite("Sets of keys")
struct KeySetTests {
    let fixture: TokenFixture

    init() throws {
        fixture = try TokenFixture()
    }

    private var modulus: String { Base64.encode(fixture.key.publicKey.modulus, alphabet: .url) }

    private func refusal(_ keys: [String], limits: JSONWebKeySet.Limits = .init()) -> JSONWebKeyError? {
        refusal(#"{"keys":[\#(keys.joined(separator: ","))]}"#, limits: limits)
    }

    private func refusal(_ text: String, limits: JSONWebKeySet.Limits = .init()) -> JSONWebKeyError? {
        do throws(JSONWebKeyError) {
            _ = try JSONWebKeySet(parsing: Array(text.utf8), limits: limits)
            return nil
        } catch {
            return error
        }
    }

    private func key(
        kty: String = #""kty":"RSA","#, kid: String = "a", n: String? = nil, e: String = "AQAB", more: String = ""
    ) -> String {
        #"{\#(kty)"kid":"\#(kid)",\#(more)"n":"\#(n ?? modulus)","e":"\#(e)"}"#
    }

    @Test("What is published is read again, and its members are those of RFC 7517")
    func roundTrip() throws {
        #expect(try JSONWebKeySet(parsing: fixture.keys.json) == fixture.keys)
        let text =
            #"{"keys":[{"kty":"RSA","use":"sig","alg":"RS256","kid":"\#(fixture.kid)","n":"\#(modulus)","e":"AQAB"}]}"#
        #expect(fixture.keys.json == Array(text.utf8))
        #expect(fixture.keys.key(fixture.kid.utf8) != nil && fixture.keys.key("x".utf8) == nil)
        #expect(refusal([key(more: #""use":"sig","alg":"RS256","key_ops":["verify"],"x5t":"x","#)]) == nil)
    }

    @Test("A20: keys of 1024 and 2048 bits, with the exponents 1 and 3, and of a known weak generator")
    func weakKeys() {
        // Wycheproof, json_web_key_test.json, tcId 8 (1024 bits) and 7 (CVE-2017-15361, "ROCA").
        let short = """
            rJBIp6T1YK-RtPyvYqFFlcucqewSAA_IReSFchE8qyiQrbARqRlXWkB2DR8j_pJQnIpYELbQWZC5Cd0PTGAU8rMbar2AW6zpmBbi7aQf17lU\
            Bdt8XI9M9rq7FPVQ1dDdUXm1SVH_9qqWhvMPR422SbfHBEzCAtzK0ANDRo6qz78
            """
        let roca = """
            AanFpofbj7KjD4Lf-N2hVMKR7yewSyXhhbirIMTGpfYEhZ_lnt5UoK98DnKIgArXGTu3MaW_HhFw16HGaTDUHqPrId7fe4r11CqRw09yBFuW\
            79V8sYIwHdzCaWflUI6auImYbVfoN9_nD5n8N8SY9DwXw7mwZM9wREPXoDPgOoIWl6q_MPsp7n0zs3Z5ZaiQWOOzl1S9OhwAfSiiOwz6efnX\
            EaxuTEtPd7BjSx7NaFka8Dx9U7YqXy2RFj1O9PjyaDGuRh7YXsX3iMUSP_wSyHQg_c_qHRtKUsNSGCT7OZg0hzm2KphtjnayKJvC64vAbROB\
            R4Ubg6Bxg9IQVZ-QYyE
            """
        // The same file, tcId 5: a sound key of 2048 bits.
        let sound = """
            kqGboBfAWttWPCA-0cGRgsY6SaYoIARt0B_PkaEcIq9HPYNdu9n6UuWHuuTHrjF_ZoQW97r5HaAorNvrMEGTGdxCHZdEtkHvNVVmrtxTBLiQ\
            CbCozXhFoIrVcr3qUBrdGnNn_M3jJi7Wg7p_-x62nS5gNG875oyheRkutHsQXikFZwsN3q_TsPNOVlCiHy8mxzaFTUQGm-X8UYexFyAivlDS\
            jgDJLAZSWfxd7k9Gxuwa3AUfQqQcVcegmgKGCaErQ3qQbh1x7WB6iopE3_-GZ8HMAVtR9AmrVscqYsnjhaCehfAI0iKKs8zXr8tISc0ORbaa\
            lrkk03H1ZrsEnDKEWQ
            """
        var limits = JSONWebKeySet.Limits()
        limits.minimumBits = 2048
        #expect(refusal([key(n: sound)], limits: limits) == nil)
        #expect(refusal([key(n: sound)]) == .weak)
        for modulus in [short, roca, "", "AA", "AQ", sound + "=", "AA" + sound, "+" + sound.dropFirst()] {
            #expect(refusal([key(n: modulus)], limits: limits) == .weak, "\(modulus.prefix(20))")
        }
        for exponent in ["AQ", "Aw", "", "AAEAAQ", "AQAC", "AQAB=", "AQAA"] {
            #expect(refusal([key(e: exponent)]) == .weak, "\(exponent)")
        }
    }

    @Test("A20: one key that is no public RSA key for signatures makes the whole set unusable")
    func otherKinds() {
        let wrong: [(String, JSONWebKeyError)] = [
            (#"{"kty":"oct","kid":"b","k":"c2VjcmV0","alg":"HS256"}"#, .kind),
            (#"{"kty":"EC","kid":"b","crv":"P-256","x":"AA","y":"AA"}"#, .kind),
            (key(kty: "", kid: "b"), .kind), (key(kty: #""kty":"rsa","#, kid: "b"), .kind),
            (key(kid: "b", more: #""use":"enc","#), .kind), (key(kid: "b", more: #""alg":"RS512","#), .kind),
            (key(kid: "b", more: #""alg":"RSA1_5","#), .kind), (key(kid: "b", more: #""key_ops":["sign"],"#), .kind),
            (key(kid: "b", more: #""key_ops":["verify","sign"],"#), .kind),
            (key(kid: "b", more: #""key_ops":[],"#), .kind),
            (key(kid: "b", more: #""d":"AA","#), .secret), (key(kid: "b", more: #""p":"AA","#), .secret),
            (key(kid: "b", more: #""k":"AA","#), .secret), (key(kid: "b", more: #""oth":[],"#), .secret),
            (#"{"kty":"RSA","n":"\#(modulus)","e":"AQAB"}"#, .kid), (key(kid: ""), .kid), (key(kid: "a b"), .kid),
            (key(kid: "é"), .kid), (key(kid: #"\u0000"#), .kid), (key(kid: String(repeating: "k", count: 129)), .kid),
            ("1", .malformed), ("null", .malformed), ("[]", .malformed),
        ]
        for (text, expected) in wrong {
            #expect(refusal([key(), text]) == expected, "\(text.prefix(60))")
            #expect(refusal([text, key()]) == expected)
        }
    }

    @Test("A20: two keys of one kid; kids are compared as bytes")
    func duplicates() throws {
        #expect(refusal([key(), key()]) == .duplicate)
        #expect(refusal([key(), key(kid: #"\u0061"#)]) == .duplicate)
        #expect(refusal([key(), key(kid: "A")]) == nil)
        let published = JSONWebKey(fixture.key.publicKey)
        #expect(throws: JSONWebKeyError.duplicate) { try JSONWebKeySet([published, published]) }
    }

    @Test("A20: no keys, too many, too many bytes, and what is no set")
    func limits() throws {
        #expect(refusal([]) == .count)
        #expect(refusal((0..<8).map { key(kid: "\($0)") }) == nil)
        #expect(refusal((0..<9).map { key(kid: "\($0)") }) == .count)
        #expect(refusal([key(more: #""x":"\#(String(repeating: "x", count: 16_384))","#)]) == .malformed)
        for text in [
            "", "[]", "{}", #"{"keys":{}}"#, #"{"keys":null}"#, #"{"keys":[],"keys":[]}"#, #"{"Keys":[]}"#, "{",
            #"{"keys":[\#(key())]}x"#,
        ] { #expect(refusal(text) == .malformed, "\(text)") }
        #expect(throws: JSONWebKeyError.count) { try JSONWebKeySet([]) }
    }

    @Test("A19: after a rotation the old key's tokens are good until they expire; a revoked key's are not")
    func rotation() throws {
        let next = try RSAPrivateKey.generate()
        let (old, new) = (JSONWebKey(fixture.key.publicKey), JSONWebKey(next.publicKey))
        let oldToken = try fixture.signed()
        let newToken = Array(try fixture.token.signed(by: next, kid: new.kid).utf8)
        let both = try JSONWebKeySet([new, old])
        #expect(fixture.refusal(oldToken, keys: both) == nil && fixture.refusal(newToken, keys: both) == nil)
        let late = TokenFixture.now.advanced(byMilliseconds: 598_000)
        #expect(fixture.refusal(oldToken, at: late, keys: both) == .expired)
        #expect(fixture.refusal(oldToken, keys: try JSONWebKeySet([new])) == .unknownKey)
        #expect(fixture.refusal(oldToken, keys: JSONWebKeySet()) == .unknownKey)
        // The one key's signature under the other one's name.
        let crossed = Array(try fixture.token.signed(by: next, kid: old.kid).utf8)
        #expect(fixture.refusal(crossed, keys: both) == .signature)
    }
}
