internal import Codecs
internal import LocalPlatform
internal import Synchronization

/// The authorizer with the key set that `provision` has published, read again now and then.
///
/// API Gateway keeps a key set for up to two hours; here a rotation shall be seen at once, so that a token whose key is
/// unknown makes it read again.
final class KeyRing: Sendable {
    private struct State {
        var authorizer: TokenAuthorizer
        var readAt: Timestamp
    }

    private let settings: TemplateAuthorizer
    private let aws: LocalAWS
    private let state: Mutex<State>

    /// How old the set may be, in milliseconds; and how old at least before an unknown key makes it read again.
    private static let maximumAge: Int64 = 60_000
    private static let minimumAge: Int64 = 1_000

    init(_ settings: TemplateAuthorizer, aws: LocalAWS, now: Timestamp) throws(LocalError) {
        self.settings = settings
        self.aws = aws
        state = Mutex(State(authorizer: TokenAuthorizer(settings, keys: try aws.publishedKeys()), readAt: now))
    }

    func verdict(on request: GatewayRequest, scopes: [String], at now: Timestamp) -> TokenAuthorizer.Verdict {
        let verdict = authorizer(olderThan: Self.maximumAge, now).verdict(on: request, scopes: scopes, at: now)
        guard case .unknownKey = verdict else { return verdict }
        return authorizer(olderThan: Self.minimumAge, now).verdict(on: request, scopes: scopes, at: now)
    }

    /// The authorizer, with the set read again where it is older; one that cannot be read leaves the set as it is.
    private func authorizer(olderThan milliseconds: Int64, _ now: Timestamp) -> TokenAuthorizer {
        let (current, isDue) = state.withLock { state in
            let isDue = now.millisecondsSince1970 - state.readAt.millisecondsSince1970 > milliseconds
            if isDue { state.readAt = now }
            return (state.authorizer, isDue)
        }
        guard isDue, let keys = try? aws.publishedKeys() else { return current }
        let renewed = TokenAuthorizer(settings, keys: keys)
        state.withLock { $0.authorizer = renewed }
        return renewed
    }
}
