import AuthKeys
import Codecs
import Cryptography
import JSONWebToken
import TestSupport
import Testing

/// The auth function, the runs of provisioning, and what was published when.
private final class Deployment {
    var now = Samples.start
    private(set) var stored: AuthKeyDocument
    private(set) var history: [(since: Timestamp, keys: JSONWebKeySet)] = []
    private let generate = Samples.generator()
    /// While true, Secrets Manager does not answer the auth function.
    var isCutOff = false

    init() throws {
        stored = try KeyRotation.advance(.empty, now: Samples.start, generate: generate).document
        try publish()
    }

    /// One run; whether another key signs afterwards.
    func provision() throws -> Bool {
        let (document, changes) = try KeyRotation.advance(stored, now: now, generate: generate)
        stored = document
        try publish()
        return changes.contains { if case .activate = $0 { true } else { false } }
    }

    private func publish() throws {
        let keys = try stored.keySet
        if history.last?.keys != keys { history.append((now, keys)) }
        stored = stored.markedPublished(now: now) ?? stored
    }

    /// Whether nothing is due for more than ten days, and nothing was a few days ago.
    var isQuiet: Bool {
        guard let since = stored.active?.activatedAt else { return false }
        return (3 * Samples.day..<79 * Samples.day).contains(now.millisecondsSince1970 - since.millisecondsSince1970)
    }

    /// What somebody has who read the keys at that moment.
    func keys(readAt moment: Timestamp) -> JSONWebKeySet {
        history.last { $0.since <= moment }?.keys ?? history[0].keys
    }

    /// The auth function's ring, one process for the whole time.
    func ring() -> KeyRing {
        KeyRing(
            secret: { [self] _ in
                guard !isCutOff else { throw AuthKeyError.unavailable }
                return stored.json
            }, now: { [self] in now })
    }
}

@Suite("A19: while keys change,")
struct KeysInFlightTests {
    private let verifier = AccessTokenVerifier(issuer: "https://issuer.test", audience: "nerdwork-api")

    private func token(_ ring: KeyRing, _ now: Timestamp) throws -> (text: [UInt8], kid: String) {
        let keys = try ring.current()
        let id = DerivedIdentifier.uuid(time: now, fields: [keys.kid])
        let token = AccessToken(
            issuer: "https://issuer.test", audience: "nerdwork-api", userID: id, clientID: "web", tokenID: id,
            sessionID: id, issuedAt: now.later(-2_000), expiresAt: now.later(600_000), authenticatedAt: now,
            scope: "profile:read", role: "reader", level: .one)
        return (Array(try token.signed(by: keys.signingKey, kid: keys.kid).utf8), keys.kid)
    }

    /// How often the token is refused in its life, by verifiers whose keys are at most two hours old.
    private func refusals(
        _ deployment: Deployment, _ token: [UInt8], _ random: inout SeededRandom
    ) -> Int {
        [0, Int64.random(in: 0..<590_000, using: &random)].count { age in
            let now = deployment.now.later(age)
            return [0, Int64.random(in: 0...2 * Samples.hour, using: &random), 2 * Samples.hour].contains {
                cached in
                do throws(TokenError) {
                    _ = try verifier.verify(token, keys: deployment.keys(readAt: now.later(-cached)), now: now)
                    return false
                } catch {
                    return true
                }
            }
        }
    }

    @Test("a hundred times, a gateway that keeps them for two hours refuses no token")
    func rotations() throws {
        var random = SeededRandom(stream: 19)
        let deployment = try Deployment()
        let ring = deployment.ring()
        var (rotations, tokens, refused) = (0, 0, 0)
        var signers: Set<String> = []
        // Nobody has read anything before there was something to read.
        deployment.now = deployment.now.later(2 * Samples.hour)
        while rotations < 100 {
            deployment.now = deployment.now.later(deployment.isQuiet ? 10 * Samples.day : Samples.day / 4)
            ring.refreshIfOld()
            guard try deployment.provision() else { continue }
            rotations += 1
            deployment.isCutOff = rotations.isMultiple(of: 3)
            for pause in [0, KeyRing.lifetimeMilliseconds, Samples.hour, Samples.day - 2 * Samples.hour] as [Int64] {
                deployment.now = deployment.now.later(pause)
                let (text, kid) = try token(ring, deployment.now)
                signers.insert("\(rotations) \(kid)")
                refused += refusals(deployment, text, &random)
                tokens += 1
            }
            deployment.isCutOff = false
            deployment.now = deployment.now.later(KeyRing.lifetimeMilliseconds)
            #expect(try token(ring, deployment.now).kid == deployment.stored.active?.kid, "without a restart")
        }
        #expect(refused == 0, "seed \(random.seed)")
        #expect(tokens == 400 && signers.count > 150)
    }

    @Test("a token is good until it expires when its key is retired, and bad at once when it is revoked")
    func retiredAndRevoked() throws {
        let first = try Samples.document()
        let (text, kid) = try token(try KeyRing(document: first), Samples.start.later(90 * Samples.day))
        let now = Samples.start.later(90 * Samples.day + 1_000)
        let retired = try KeyRotation.advance(first, now: now) { Samples.pairs[2] }.document
        #expect(retired.active?.kid != kid)
        let claims = try verifier.verify(text, keys: retired.keySet, now: now)
        #expect(throws: TokenError.self) {
            try verifier.verify(text, keys: retired.keySet, now: claims.expiresAt)
        }
        let revoked = try KeyRotation.advance(first, .revoke(kid: kid), now: now) { Samples.pairs[3] }.document
        #expect(throws: TokenError.self) { try verifier.verify(text, keys: revoked.keySet, now: now) }
    }
}
