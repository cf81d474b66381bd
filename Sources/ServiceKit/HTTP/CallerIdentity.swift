import Codecs
package import LambdaEvents

/// Who calls, as the JWT authorizer's claims say.
package struct CallerIdentity: Hashable, Sendable {
    /// The token's `sub`: 1 to 128 visible ASCII characters.
    package let userID: String
    /// What the token allows (`scope`, RFC 8693, section 4.2).
    package var scopes: [String] { scope?.utf8.split(separator: 0x20).map { String($0) ?? "" } ?? [] }
    private let scope: String?
    /// The token's `role`, one for each account.
    package let role: String?

    /// Reads the claims; 401 when there are none or `sub` is not what an identifier looks like.
    package init(_ authorizer: APIGatewayRequest.Authorizer?) throws(Problem) {
        guard let claims = authorizer?.claims, let subject = claims["sub"], OpaqueIdentifier.isValid(subject) else {
            throw .unauthenticated
        }
        userID = subject
        scope = claims["scope"]
        role = claims["role"]
    }

    /// 403 unless the token allows it.
    package func require(scope: String) throws(Problem) {
        guard scopes.contains(where: { $0.utf8.elementsEqual(scope.utf8) }) else { throw .forbidden }
    }
}
