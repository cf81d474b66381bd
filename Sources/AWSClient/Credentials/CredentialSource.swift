internal import AWSSignature
internal import Codecs
internal import HTTPTransport

/// Where the client's credentials come from: the variables, else the container's endpoint.
///
/// The variables are read at each call; what a container gave is kept until shortly before it expires.
final class CredentialSource {
    private let environment: (String) -> String?
    private let effects: Effects
    private var kept: (credentials: AWSCredentials, endpoint: ContainerEndpoint, askedAt: Timestamp)?

    init(environment: @escaping (String) -> String?, effects: Effects) {
        self.environment = environment
        self.effects = effects
    }

    /// What to sign with now.
    ///
    /// Throws `.configuration` or `.credentials`.
    func credentials(_ call: AWSCall) throws(AWSError) -> AWSCredentials {
        if let found = try fromVariables() { return found }
        guard let endpoint = try ContainerEndpoint.read(environment) else {
            throw AWSError(.configuration, detail: "AWS_ACCESS_KEY_ID is not set, nor a container's endpoint")
        }
        return try fromContainer(endpoint, call)
    }

    /// Forgets what was refused.
    ///
    /// - Returns: whether asking again can bring anything else.
    func discard() -> Bool {
        defer { kept = nil }
        return kept != nil
    }

    private func fromVariables() throws(AWSError) -> AWSCredentials? {
        guard let id = environment("AWS_ACCESS_KEY_ID"), !id.isEmpty else { return nil }
        guard let secret = environment("AWS_SECRET_ACCESS_KEY"), !secret.isEmpty else {
            throw AWSError(.configuration, detail: "AWS_SECRET_ACCESS_KEY is not set")
        }
        let token = environment("AWS_SESSION_TOKEN").flatMap { $0.isEmpty ? nil : $0 }
        return AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token)
    }

    private func fromContainer(_ endpoint: ContainerEndpoint, _ call: AWSCall) throws(AWSError) -> AWSCredentials {
        let now = effects.now()
        var fallback: AWSCredentials?
        if let kept, kept.endpoint.url == endpoint.url {
            switch CredentialFreshness(expiresAt: kept.credentials.expiresAt, askedAt: kept.askedAt, at: now) {
            case .fresh: return kept.credentials
            case .worthRenewing: fallback = kept.credentials
            case .mustRenew: break
            }
        }
        do {
            let found = try fetch(endpoint, call)
            kept = (found, endpoint, now)
            return found
        } catch {
            guard let fallback else { throw error }
            kept?.askedAt = now
            return fallback
        }
    }

    private func fetch(_ endpoint: ContainerEndpoint, _ call: AWSCall) throws(AWSError) -> AWSCredentials {
        let connection = HTTPConnection(HTTPConnection.Options(userAgent: AWSClient.userAgent))
        var attempt = 1
        while true {
            let remaining = call.remainingMilliseconds(at: effects.now()) ?? .max
            guard remaining >= RetryDecision.shortestAttemptMilliseconds else { throw AWSError(.deadline) }
            let timeout = min(ContainerCredentials.attemptMilliseconds, remaining)
            let request = ContainerCredentials.request(endpoint, timeoutMilliseconds: timeout)
            let response = try? connection.perform(request)
            if let response, response.status < 500 { return try ContainerCredentials.read(response) }
            let delay = Backoff.milliseconds(
                after: attempt, isThrottled: false, retryAfter: nil, jitter: effects.random())
            guard attempt < ContainerCredentials.maximumAttempts, let delay, delay < remaining else {
                throw AWSError(
                    .credentials, status: response?.status, detail: "the container's endpoint does not answer")
            }
            effects.sleep(delay)
            attempt += 1
        }
    }
}

/// Whether credentials may go on being used (botocore: renewed from 15 minutes before their end, surely from 10).
enum CredentialFreshness: Equatable {
    case fresh
    /// Ask, and go on with these where there is no answer.
    case worthRenewing
    case mustRenew

    init(expiresAt: Timestamp?, askedAt: Timestamp, at now: Timestamp) {
        guard let expiresAt else {
            self = .fresh
            return
        }
        let left = expiresAt.millisecondsSince1970 - now.millisecondsSince1970
        let sinceAsked = now.millisecondsSince1970 - askedAt.millisecondsSince1970
        switch left {
        case ...600_000: self = .mustRenew
        // Asked for at most once a minute, where the answers are no newer.
        case ...900_000 where abs(sinceAsked) >= 60_000: self = .worthRenewing
        default: self = .fresh
        }
    }
}
