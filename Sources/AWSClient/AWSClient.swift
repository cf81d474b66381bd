package import AWSSignature
package import Codecs
internal import HTTPTransport
internal import Platform
internal import StrictJSON

/// Calls AWS services: addressed, signed and tried again where that is safe.
///
/// Made without a look at the environment: what is missing there shows in the first call. Owns one pool of
/// connections; one thread at a time.
package final class AWSClient {
    static let userAgent = "nerdwork/1"
    /// Front ends of AWS close connections that were idle for a minute; a frozen environment does not see it.
    private static let maximumIdleMilliseconds: Int64 = 45_000

    private let environment: (String) -> String?
    private let effects: Effects
    private let source: CredentialSource
    private let connection: HTTPConnection
    private var budget = RetryBudget()
    private var skew = ClockSkew()

    /// - Parameters:
    ///   - environment: the variables, read at each call.
    ///   - now: the wall clock.
    ///   - sleep: waits that many milliseconds.
    ///   - random: a number from 0 to 1, for the waits between attempts.
    package init(
        environment: @escaping (String) -> String?, now: @escaping () -> Timestamp = { SystemClock.now() },
        sleep: @escaping (Int64) -> Void = { AWSClient.pause(milliseconds: $0) },
        random: @escaping () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.environment = environment
        effects = Effects(now: now, sleep: sleep, random: random)
        source = CredentialSource(environment: environment, effects: effects)
        var options = HTTPConnection.Options(userAgent: Self.userAgent)
        options.maximumIdleMilliseconds = Self.maximumIdleMilliseconds
        connection = HTTPConnection(options)
    }

    /// Waits (`nanosleep`).
    package static func pause(milliseconds: Int64) {
        var time = timespec()
        time.tv_sec = Int(milliseconds / 1_000)
        time.tv_nsec = Int(milliseconds % 1_000) * 1_000_000
        var rest = timespec()
        while unsafe nanosleep(&time, &rest) != 0 && errno == EINTR { time = rest }
    }

    /// The region that calls go to.
    ///
    /// Throws `.configuration`.
    package var region: String {
        get throws(AWSError) { try Region.read(environment) }
    }

    /// The credentials to sign with now, for what is signed without a call (RDS token).
    package func credentials(_ call: AWSCall) throws(AWSError) -> AWSCredentials {
        try source.credentials(call)
    }

    /// The time as the services have it.
    package var serviceTime: Timestamp {
        skew.corrected(effects.now())
    }

    /// Makes the call, with as many attempts as are safe and there is time for.
    func perform(_ operation: AWSOperation, _ call: AWSCall) throws(AWSError) -> AWSAnswer {
        var situation = RetryDecision.Situation(isRepeatable: operation.isRepeatable, jitter: 0)
        budget.beginCall()
        while true {
            let failure: AttemptFailure
            switch try attempt(operation, call) {
            case .success(let answer):
                budget.succeed()
                return answer
            case .failure(let found): failure = found
            }
            situation.remainingMilliseconds = call.remainingMilliseconds(at: effects.now())
            situation.jitter = effects.random()
            guard prepare(RetryDecision.after(failure, situation), failure, &situation) else { throw failure.error }
        }
    }

    /// Does what comes before the next attempt; false where there is none.
    private func prepare(
        _ decision: RetryDecision, _ failure: AttemptFailure, _ situation: inout RetryDecision.Situation
    ) -> Bool {
        switch decision {
        case .giveUp: return false
        case .reconnect:
            situation.mayReconnect = false
            connection.close()
            return true
        case .correctClock:
            situation.mayCorrectClock = false
            guard case .answer(let answer) = failure else { return false }
            return skew.learn(serverDate: answer.date, at: effects.now())
        case .renewCredentials:
            situation.mayRenewCredentials = false
            return source.discard()
        case .retry(let delay, let cost):
            guard budget.take(cost) else { return false }
            situation.attempt += 1
            effects.sleep(delay)
            return true
        }
    }

    private enum AttemptResult {
        case success(AWSAnswer)
        case failure(AttemptFailure)
    }

    /// Sends the request once.
    private func attempt(_ operation: AWSOperation, _ call: AWSCall) throws(AWSError) -> AttemptResult {
        let request = try request(operation, call)
        let response: HTTPResponse
        do {
            response = try connection.perform(request)
        } catch {
            return .failure(.transport(error))
        }
        return try read(response, operation)
    }

    /// The request as it is now: endpoint, credentials and time may change from one attempt to the next.
    private func request(_ operation: AWSOperation, _ call: AWSCall) throws(AWSError) -> HTTPRequest {
        let region = try Region.read(environment)
        let endpoint = try Endpoint.resolve(
            operation.service, bucket: operation.bucket, region: region, environment)
        let credentials = try source.credentials(call)
        let remaining = call.remainingMilliseconds(at: effects.now()) ?? .max
        guard remaining >= RetryDecision.shortestAttemptMilliseconds else { throw AWSError(.deadline) }
        let headers = try RequestSigner.headers(
            operation, endpoint: endpoint, region: region, credentials: credentials, at: serviceTime)
        return HTTPRequest(
            operation.method, "\(endpoint.scheme)://\(endpoint.authority)\(endpoint.basePath)\(operation.path)",
            headers: HTTPHeaderList(headers + Self.traceHeader(call)), body: operation.body,
            timeoutMilliseconds: min(AWSOperation.attemptMilliseconds, remaining),
            maximumResponseBytes: operation.maximumResponseBytes,
            // libcurl sends again by itself where a connection from the pool turns out to be dead.
            mayReuseConnection: operation.isRepeatable)
    }

    /// Not signed: what stands between may change it.
    private static func traceHeader(_ call: AWSCall) -> [(name: String, value: String)] {
        call.traceID.map { [(name: "X-Amzn-Trace-Id", value: $0)] } ?? []
    }

    private func read(_ response: HTTPResponse, _ operation: AWSOperation) throws(AWSError) -> AttemptResult {
        let failure = ServiceFailure(response, at: effects.now())
        guard response.isSuccess else { return .failure(.answer(failure)) }
        let limits = JSONLimits(maximumBytes: operation.maximumResponseBytes)
        let body = operation.answersJSON ? response.body : Array("null".utf8)
        guard let document = try? JSONDocument(parsing: body, limits: limits) else {
            throw AWSError(
                .malformedAnswer, status: response.status, requestID: failure.requestID,
                mayHaveTakenEffect: !operation.isRepeatable)
        }
        return .success(AWSAnswer(root: document.root, status: response.status, requestID: failure.requestID))
    }
}

@available(*, unavailable)
extension AWSClient: Sendable {}
