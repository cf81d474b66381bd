internal import HTTPTransport

/// What a failed attempt means.
struct FailureClass: Equatable {
    enum Remedy: Equatable {
        /// Later, slowly.
        case waitAsThrottled
        /// Again soon.
        case tryAgain
        /// Again at once: an idle connection turned out to be dead.
        case reconnect
        /// Again at once where the clock was wrong.
        case correctClock
        /// Again at once where other credentials can be had.
        case renewCredentials
        /// Again changes nothing.
        case none
    }

    let remedy: Remedy
    let code: AWSError.Code
    /// Whether the service may have done what was asked.
    let mayHaveTakenEffect: Bool

    /// A service's answer; the lists are those of the SDKs (botocore, `retries/standard.py`; AWS SDK for JavaScript,
    /// `service-error-classification`).
    init(_ failure: ServiceFailure) {
        let code = failure.code ?? ""
        switch failure.status {
        case _ where Self.clockCodes.contains(code): self.init(.correctClock, .credentials)
        case _ where Self.expiredCodes.contains(code): self.init(.renewCredentials, .credentials)
        case _ where Self.throttlingCodes.contains(code), 429: self.init(.waitAsThrottled, .throttled)
        case _ where Self.notDoneCodes.contains(code): self.init(.tryAgain, .unavailable)
        case _ where Self.credentialCodes.contains(code), 401, 403: self.init(.none, .credentials)
        case 500, 502, 503, 504: self.init(.tryAgain, .unavailable, mayHaveTakenEffect: true)
        case 501...: self.init(.none, .unavailable, mayHaveTakenEffect: true)
        case 400..<500: self.init(.none, .rejected)
        default: self.init(.none, .malformedAnswer, mayHaveTakenEffect: true)
        }
    }

    /// No whole answer.
    init(_ error: TransportError) {
        let received = error.requestMayHaveBeenReceived
        switch error.code {
        case .usage: self.init(.none, .configuration)
        case .tooLarge: self.init(.none, .malformedAnswer, mayHaveTakenEffect: true)
        case .malformed: self.init(.tryAgain, .malformedAnswer, mayHaveTakenEffect: received)
        case .noResponse where error.connectionWasReused:
            self.init(.reconnect, .unavailable, mayHaveTakenEffect: received)
        case .interrupted: self.init(.none, .unavailable, mayHaveTakenEffect: received)
        case .resolve, .connect, .secureChannel, .timeout, .noResponse, .truncated:
            self.init(.tryAgain, .unavailable, mayHaveTakenEffect: received)
        }
    }

    private init(_ remedy: Remedy, _ code: AWSError.Code, mayHaveTakenEffect: Bool = false) {
        self.remedy = remedy
        self.code = code
        self.mayHaveTakenEffect = mayHaveTakenEffect
    }

    private static let clockCodes: Set = [
        "AuthFailure", "InvalidSignatureException", "RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
    ]
    private static let expiredCodes: Set = ["ExpiredToken", "ExpiredTokenException"]
    private static let credentialCodes: Set = [
        "AccessDenied", "AccessDeniedException", "IncompleteSignature", "IncompleteSignatureException",
        "InvalidClientTokenId", "MissingAuthenticationToken", "MissingAuthenticationTokenException", "NotAuthorized",
        "OptInRequired", "UnrecognizedClientException",
    ]
    private static let throttlingCodes: Set = [
        "BandwidthLimitExceeded", "EC2ThrottledException", "LimitExceededException", "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestThrottled",
        "RequestThrottledException", "SlowDown", "ThrottledException", "Throttling", "ThrottlingException",
        "TooManyRequestsException", "TransactionInProgressException",
    ]
    /// The service says that it did not begin.
    private static let notDoneCodes: Set = [
        "RequestTimeout", "RequestTimeoutException", "ServiceUnavailable", "ServiceUnavailableException",
    ]
}
