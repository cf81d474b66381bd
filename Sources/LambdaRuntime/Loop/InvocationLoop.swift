internal import Codecs
internal import HTTPTransport
internal import Logging
internal import Platform

/// Asks for invocations and answers them, one after the other, on one thread.
final class InvocationLoop {
    /// Why a loop ended.
    enum End: Equatable {
        /// The process was told to end.
        case stopped
        /// The process must end with a failure; the reason goes to stderr.
        case failed(String)
    }

    private let client: RuntimeClient
    private let place: LoopPlace
    private let handler: InvocationHandler
    private let afterResponse: AfterResponse
    /// Nil where several loops share the environment of the process.
    private let trace: TraceVariable?
    private let workingDirectory: String
    private let logger = Logger(label: "runtime")
    private var policy = NextPolicy()

    init(
        client: RuntimeClient, place: LoopPlace, trace: TraceVariable?, workingDirectory: String,
        afterResponse: AfterResponse, handler: @escaping InvocationHandler
    ) {
        self.client = client
        self.place = place
        self.trace = trace
        self.workingDirectory = workingDirectory
        self.afterResponse = afterResponse
        self.handler = handler
    }

    func run() -> End {
        while true {
            if let end = runOnce() { return end }
        }
    }

    /// One turn: an invocation, or a try to get one.
    ///
    /// Whatever it holds is freed before the next one waits.
    private func runOnce() -> End? {
        guard let next = place.whileWaiting({ client.next() }) else { return .stopped }
        let delivery = (try? next.get()).flatMap { Invocation.read($0, now: SystemClock.now()) }
        switch policy.decide(Self.outcome(of: next, isReadable: delivery != nil)) {
        case .deliver: return delivery.flatMap(answer)
        case .retry(let milliseconds): pause(milliseconds, because: next)
        case .stop: return .stopped
        case .exit(let reason): return .failed(reason)
        }
        return nil
    }

    private func answer(_ delivery: Result<Invocation, Invocation.Unreadable>) -> End? {
        switch delivery {
        case .success(let invocation):
            ProcessSignals.setCurrentRequest(invocation.context.requestID)
            defer { ProcessSignals.setCurrentRequest(nil) }
            trace?.set(invocation.context.traceID)
            let sent = post(result(of: invocation))
            if sent == .accepted, !ProcessSignals.isTerminating { afterResponse.run(invocation.context) }
            return sent.end
        case .failure(let unreadable):
            return post(failure(unreadable.error, unreadable.requestID, unreadable.invocationID)).end
        }
    }

    private func result(of invocation: Invocation) -> RuntimeRequest {
        let context = invocation.context
        do {
            let body = try handler(invocation.payload, context)
            guard body.count <= RuntimeClient.maximumResponseBytes else { throw Self.tooLarge(body.count) }
            return .response(requestID: context.requestID, invocationID: context.invocationID, body: body)
        } catch {
            return failure(FunctionError(reporting: error), context.requestID, context.invocationID)
        }
    }

    private func failure(_ error: FunctionError, _ requestID: String, _ invocationID: String?) -> RuntimeRequest {
        logger.error(
            "\(error.message)", metadata: ["errorType": .string(error.type), "requestId": .string(requestID)])
        let body = ErrorBody(error, requestID: requestID, workingDirectory: workingDirectory)
        return .failure(requestID: requestID, invocationID: invocationID, body)
    }

    /// What became of an answer.
    private enum Sent: Equatable {
        case accepted, survived
        case failed(String)

        var end: End? {
            if case .failed(let reason) = self { .failed(reason) } else { nil }
        }
    }

    private func post(_ request: RuntimeRequest) -> Sent {
        for attempt in 0... {
            switch PostDecision.about(Self.outcome(of: client.send(request)), attempt: attempt) {
            case .accepted: return .accepted
            case .survive(let reason):
                logger.warning("\(reason)")
                return .survived
            case .retry: continue
            case .exit(let reason): return .failed(reason)
            }
        }
        return .survived
    }

    private func pause(_ milliseconds: Int64, because next: Result<HTTPResponse, TransportError>) {
        let reason = Self.describe(next)
        logger.warning("asking for an invocation failed, trying again", metadata: ["reason": .string(reason)])
        guard milliseconds > 0 else { return }
        var time = timespec()
        time.tv_sec = Int(milliseconds / 1000)
        time.tv_nsec = Int(milliseconds % 1000) * 1_000_000
        unsafe nanosleep(&time, nil)
    }

    // MARK: From values to values

    private static func outcome(of next: Result<HTTPResponse, TransportError>, isReadable: Bool) -> NextOutcome {
        switch next {
        case .success(let response): .answered(status: response.status, hasRequestID: isReadable)
        case .failure(let error): .failed(error.code)
        }
    }

    private static func outcome(of post: Result<HTTPResponse, TransportError>) -> PostOutcome {
        switch post {
        case .success(let response): .answered(status: response.status)
        case .failure(let error): .failed(error.code)
        }
    }

    private static func describe(_ next: Result<HTTPResponse, TransportError>) -> String {
        switch next {
        case .success(let response): "status \(response.status)"
        case .failure(let error): error.description
        }
    }

    private static func tooLarge(_ count: Int) -> FunctionError {
        FunctionError(
            type: ErrorType.responseTooLarge,
            message: "the response has \(count) bytes, Lambda takes \(RuntimeClient.maximumResponseBytes)")
    }
}
