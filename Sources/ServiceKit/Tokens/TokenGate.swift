package import Codecs
package import JSONWebToken
import LambdaEvents
package import LambdaRuntime
import Logging

/// Lets requests pass whose access token this function finds right, whatever the gateway before it has checked.
package struct TokenGate {
    private let verifier: AccessTokenVerifier
    private let now: () -> Timestamp
    private let keys: (InvocationContext) throws -> JSONWebKeySet

    /// - Parameters:
    ///   - issuer: what `iss` must be
    ///   - audience: what `aud` must be
    ///   - now: the wall clock
    ///   - keys: the keys that tokens may be signed with; must not depend on the token
    package init(
        issuer: String, audience: String, now: @escaping () -> Timestamp,
        keys: @escaping (InvocationContext) throws -> JSONWebKeySet
    ) {
        verifier = AccessTokenVerifier(issuer: issuer, audience: audience, graceSeconds: 5)
        self.now = now
        self.keys = keys
    }

    /// Reads `TOKEN_ISSUER` and `TOKEN_AUDIENCE`.
    ///
    /// - Throws: `InitializationError` naming the variable that is missing.
    package init(
        _ environment: Environment, now: @escaping () -> Timestamp,
        keys: @escaping (InvocationContext) throws -> JSONWebKeySet
    ) throws(InitializationError) {
        self.init(
            issuer: try environment.required("TOKEN_ISSUER"), audience: try environment.required("TOKEN_AUDIENCE"),
            now: now, keys: keys)
    }

    /// Who calls.
    ///
    /// Every refusal is the same 401; the log has the reason. Throws what getting the keys threw, for a request that
    /// carries something to be verified.
    package func caller(of request: APIRequest, _ context: InvocationContext) throws -> CallerIdentity {
        guard let authorization = request.event.headers["authorization"] else { throw Problem.unauthenticated }
        guard let token = BearerToken.bytes(authorization) else { throw refusal("credentials", context) }
        let keys = try keys(context)
        do {
            return CallerIdentity(try verifier.verify(token, keys: keys, now: now()))
        } catch TokenError.unavailable {
            throw Problem.unavailable
        } catch {
            throw refusal(error.rawValue, context)
        }
    }

    private func refusal(_ reason: String, _ context: InvocationContext) -> Problem {
        context.logger.info("access token refused", metadata: ["reason": "\(reason)"])
        return .invalidToken
    }
}

@available(*, unavailable)
extension TokenGate: Sendable {}
