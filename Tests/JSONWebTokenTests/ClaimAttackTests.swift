import Codecs
import Cryptography
import JSONWebToken
import Testing

@Suite("Attacks on a token's claims")
struct ClaimAttackTests {
    let fixture: TokenFixture

    init() throws {
        fixture = try TokenFixture()
    }

    private func refusal(_ name: String, _ value: String?) throws -> TokenError? {
        fixture.refusal(try fixture.signed(payload: fixture.payload(name, value)))
    }

    @Test("A9: a token that has expired by one second, or says when in another form than whole seconds")
    func expiry() throws {
        #expect(try refusal("exp", "\(TokenFixture.seconds + 1)") == nil)
        #expect(try refusal("exp", "\(TokenFixture.seconds)") == .expired)
        #expect(try refusal("exp", "\(TokenFixture.seconds - 1)") == .expired)
        let wrong = [
            nil, #""\#(TokenFixture.seconds + 9)""#, "1e30", "\(TokenFixture.seconds + 9).0", "-1", "null", "[]",
            "true",
            "99999999999999999999", "253402300800", "1.7976931348623157e308",
        ]
        for value in wrong { #expect(try refusal("exp", value) == .claims, "\(value ?? "none")") }
    }

    @Test("A9: behind a gateway that has checked it, a token passes for five seconds more and no longer")
    func grace() throws {
        let token = try fixture.signed(payload: fixture.payload("exp", "\(TokenFixture.seconds)"))
        for (seconds, isLate) in [(0, false), (4, false), (5, true), (6, true)] as [(Int64, Bool)] {
            for grace in [5, 500] {
                let verifier = AccessTokenVerifier(
                    issuer: TokenFixture.issuer, audience: TokenFixture.audience, graceSeconds: grace)
                let now = TokenFixture.now.advanced(byMilliseconds: seconds * 1000)
                #expect(fixture.refusal(token, at: now, by: verifier) == (isLate ? .expired : nil))
            }
        }
    }

    @Test("A10: issued, or valid only, in the future: 9 and 30 seconds are a clock's, 31 and 61 are not")
    func future() throws {
        for name in ["iat", "nbf"] {
            for (ahead, isRefused) in [
                (0, false), (9, false), (10, false), (30, false), (31, true), (60, true), (61, true),
            ] {
                let found = try refusal(name, "\(TokenFixture.seconds + Int64(ahead))")
                #expect(found == (isRefused ? .notYetValid : nil), "\(name) \(ahead)")
            }
            for value in ["-1", "1e3", #""1""#, "null", "0.5"] { #expect(try refusal(name, value) == .claims) }
        }
        #expect(try refusal("iat", nil) == .claims)
        #expect(try refusal("nbf", nil) == nil)
    }

    @Test("A11: another issuer or audience, or more than one")
    func parties() throws {
        let issuers = [
            "https://auth.nerdwork.example/", "https://auth.nerdwork.example.evil", "http://auth.nerdwork.example",
            "https://AUTH.nerdwork.example", "https://auth.nerdwork.exampl", "", " https://auth.nerdwork.example",
        ]
        for issuer in issuers { #expect(try refusal("iss", #""\#(issuer)""#) == .issuer, "\(issuer)") }
        for value in [nil, "null", #"["https://auth.nerdwork.example"]"#, "1"] {
            #expect(try refusal("iss", value) == .claims)
        }
        let audiences = [
            nil, #""nerdwork""#, #""nerdwork-api ""#, #""NERDWORK-API""#, #""""#, "[]", #"["evil"]"#,
            #"["nerdwork-api"]"#,
            #"["nerdwork-api","evil"]"#, #"["nerdwork-api","nerdwork-api"]"#, "null", "{}",
            #""nerdwork-api nerdwork-api""#,
        ]
        for audience in audiences { #expect(try refusal("aud", audience) == .audience, "\(audience ?? "none")") }
    }

    @Test("A12: two members of one name, by any spelling, in header and claims")
    func duplicates() throws {
        let claims = fixture.payload().dropLast()
        let twins = [
            #""sub":"00000000-0000-0001-0000-000000000003""#, #""sub":"00000000-0000-0001-0000-000000000002""#,
            #""s\u0075b":"00000000-0000-0001-0000-000000000003""#, #""\u0065xp":9999999999"#, #""exp":9999999999"#,
            // Different bytes that readers who normalise take for one name.
            "\"caf\u{E9}\":1,\"cafe\u{301}\":2", #""caf\u00e9":1,"cafe\u0301":2"#, "\"\u{17F}ub\":\"x\"",
            "\"\u{212A}id\":1",
        ]
        for twin in twins {
            #expect(fixture.refusal(try fixture.signed(payload: claims + "," + twin + "}")) == .claims, "\(twin)")
        }
        let header = fixture.header.dropLast()
        for twin in [#""alg":"none""#, #""alg":"RS256""#, #""kid":"x""#, #""typ":"JWT""#, #""\u0061lg":"none""#] {
            #expect(fixture.refusal(try fixture.signed(header: header + "," + twin + "}")) == .header, "\(twin)")
        }
    }

    @Test("Every claim must be there, in its one form")
    func forms() throws {
        for (name, value) in fixture.claims {
            let expected: TokenError = name == "aud" ? .audience : .claims
            #expect(try refusal(name, nil) == expected, "\(name)")
            #expect(try refusal(name, "null") == expected)
            #expect(try refusal(name, "[\(value)]") == expected)
            #expect(try refusal(name, "{}") == expected)
        }
        for name in ["sub", "sid", "jti"] {
            for value in ["", "reader-1", "00000000-0000-000A-0000-000000000002", "0000000000000001-0000000000000002"] {
                #expect(try refusal(name, #""\#(value)""#) == .claims)
            }
        }
        for value in ["aal3", "AAL2", "", "aal1 "] { #expect(try refusal("acr", #""\#(value)""#) == .claims) }
        #expect(try refusal("unknown", #"{"nobody":["knows"]}"#) == nil)
        for payload in ["", "[]", "null", "1", #""x""#, "{", "{}x", "\u{FEFF}{}", fixture.payload() + " x"] {
            let found = fixture.refusal(try fixture.signed(payload: payload))
            #expect(found == .claims, "\(payload)")
        }
    }
}
