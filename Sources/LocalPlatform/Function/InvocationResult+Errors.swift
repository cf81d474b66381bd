internal import LocalRuntimeAPI
internal import StrictJSON

extension InvocationResult {
    /// `errorType` of a failure; nil for an answer.
    package var errorType: String? {
        guard case .failure(let body) = outcome else { return nil }
        return (try? JSONTree(parsing: body))?["errorType"]?.text ?? "Unhandled"
    }

    /// Whether Lambda refused to run the function because it had as many invocations as it may have.
    package var isThrottled: Bool {
        if case .failure = outcome { errorType == Self.throttlingType } else { false }
    }

    /// What a caller gets whose invocation is refused for the function's concurrency (Lambda API reference, `Invoke`).
    package static func throttled(memoryMegabytes: Int) -> InvocationResult {
        let report = InvocationReport(
            requestID: LocalInvocation.newRequestID(), durationMicroseconds: 0, initMicroseconds: nil,
            memoryMegabytes: memoryMegabytes, peakMemoryBytes: 0, status: "throttled")
        let body = JSONWriter.object {
            $0.member("errorType", throttlingType)
            $0.member("errorMessage", "Rate Exceeded.")
            $0.member("Reason", "ReservedFunctionConcurrentInvocationLimitExceeded")
        }
        return InvocationResult(outcome: .failure(body.bytes), report: report)
    }

    private static let throttlingType = "TooManyRequestsException"
}
