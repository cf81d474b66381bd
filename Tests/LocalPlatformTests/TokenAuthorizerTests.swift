internal import Codecs
internal import Cryptography
internal import JSONWebToken
internal import LambdaEvents
import Testing

@testable internal import LocalPlatform

/// API Gateway developer guide, "Control access to HTTP APIs with JWT authorizers".
@Suite("API Gateway's JWT authorizer, played locally")
struct TokenAuthorizerTests {
    private static let key = try? RSAPrivateKey.generate()
    private static let now = Timestamp(millisecondsSince1970: 1_800_000_000_000)
    private static let good =
        #""iss":"https://i.example","aud":"api","exp":1800000060,"iat":1799999999,"sub":"s","scope":"a b""#

    private static func verdict(
        _ claims: String = good, header: String? = nil, scopes: [String] = [], kid: String = "k"
    ) throws -> TokenAuthorizer.Verdict {
        let key = try #require(key)
        let token = try CompactSignature.text(
            header: Array(#"{"alg":"RS256","kid":"\#(kid)"}"#.utf8), payload: Array("{\(claims)}".utf8), key: key)
        let value = header ?? "Bearer \(token)"
        let authorizer = TokenAuthorizer(
            TemplateAuthorizer(issuer: "https://i.example", audience: "api"),
            keys: try JSONWebKeySet([JSONWebKey(kid: "k", key: key.publicKey)]))
        let headers = value.isEmpty ? [] : [(name: "Authorization", value: value)]
        return authorizer.verdict(on: GatewayRequest("GET", "/", headers: headers), scopes: scopes, at: now)
    }

    private static func refusal(_ verdict: TokenAuthorizer.Verdict) -> (status: Int, body: String, challenge: String)? {
        switch verdict {
        case .allowed: nil
        case .refused(let answer), .unknownKey(let answer):
            (
                answer.status, String(decoding: answer.body, as: UTF8.self),
                answer.headers.first { $0.name == "www-authenticate" }?.value ?? ""
            )
        }
    }

    @Test("hands on every claim as text, an array in brackets")
    func claims() throws {
        let verdict = try Self.verdict(Self.good + #","amr":["pwd","otp"],"n":1.50,"b":true"#)
        guard case .allowed(let authorizer) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(authorizer.claims["sub"] == "s" && authorizer.claims["exp"] == "1800000060")
        #expect(authorizer.claims["amr"] == "[pwd otp]" && authorizer.claims["n"] == "1.50")
        #expect(authorizer.claims["b"] == "true" && authorizer.scopes.isEmpty)
    }

    @Test(
        "refuses with 401 what the guide names",
        arguments: [
            (#""iss":"https://j.example","aud":"api","exp":1800000060"#, "issuer"),
            (#""iss":"https://i.example","aud":"other","exp":1800000060"#, "audience"),
            (#""iss":"https://i.example","aud":"other","client_id":"api","exp":1800000060"#, "audience"),
            (#""iss":"https://i.example","aud":"api","exp":1800000000"#, "expired"),
            (#""iss":"https://i.example","aud":"api""#, "expired"),
            (#""iss":"https://i.example","aud":"api","exp":1800000060,"nbf":1800000001"#, "not yet"),
            (#""iss":"https://i.example","aud":"api","exp":1800000060,"iat":1800000001"#, "not yet"),
        ])
    func refusals(claims: String, word: String) throws {
        let refusal = try #require(Self.refusal(try Self.verdict(claims)))
        #expect(refusal.status == 401 && refusal.body == #"{"message":"Unauthorized"}"#)
        #expect(refusal.challenge.hasPrefix(#"Bearer scope="" error="invalid_token" error_description=""#))
        #expect(refusal.challenge.contains(word), "\(refusal.challenge)")
    }

    @Test("takes an audience among several, and client_id where there is no aud")
    func audiences() throws {
        for claims in [#""aud":["x","api"]"#, #""client_id":"api""#] {
            let verdict = try Self.verdict(#""iss":"https://i.example","exp":1800000060,\#(claims)"#)
            #expect(Self.refusal(verdict) == nil, "\(claims)")
        }
    }

    @Test("takes a token with and without its scheme, and asks for one where there is none")
    func headers() throws {
        #expect(Self.refusal(try Self.verdict(header: ""))?.challenge == "Bearer")
        #expect(Self.refusal(try Self.verdict(header: "Bearer nonsense"))?.status == 401)
        let key = try #require(Self.key)
        let token = try CompactSignature.text(
            header: Array(#"{"alg":"RS256","kid":"k"}"#.utf8), payload: Array("{\(Self.good)}".utf8), key: key)
        for header in [token, "bearer \(token)"] {
            #expect(Self.refusal(try Self.verdict(header: header)) == nil)
        }
        #expect(Self.refusal(try Self.verdict(header: "Bearer \(token.dropLast(8))AAAAAAAA"))?.status == 401)
    }

    @Test("tells a key that is not in the set from other refusals, so that the set can be read again")
    func unknownKey() throws {
        guard case .unknownKey(let answer) = try Self.verdict(kid: "other") else {
            Issue.record("not an unknown key")
            return
        }
        #expect(answer.status == 401)
    }

    @Test("wants one of the route's scopes, from scope or scp, and answers 403 without")
    func scopes() throws {
        #expect(Self.refusal(try Self.verdict(scopes: ["x", "b"])) == nil)
        let list = #""iss":"https://i.example","aud":"api","exp":1800000060,"scp":["x"]"#
        #expect(Self.refusal(try Self.verdict(list, scopes: ["x"])) == nil)
        let refusal = try #require(Self.refusal(try Self.verdict(scopes: ["x", "y"])))
        #expect(refusal.status == 403 && refusal.body == #"{"message":"Forbidden"}"#)
        #expect(refusal.challenge.hasPrefix(#"Bearer scope="x y" error="insufficient_scope""#))
    }
}
