/// Why a call of an AWS service did not succeed.
///
/// Says neither what was sent nor the service's own message, which may repeat it.
package struct AWSError: Error, Hashable, Sendable {
    /// What a caller acts on.
    package enum Code: String, Sendable {
        /// A variable is missing or wrong (region, endpoint, credentials); `detail` names it.
        case configuration
        /// The credentials cannot be had, are refused, or do not allow the call.
        case credentials
        /// The service asks to come back later; every attempt that there was time for was made.
        case throttled
        /// The service refuses what was sent, or it was not sent because it would be; again changes nothing.
        case rejected
        /// The service failed, or no answer came.
        case unavailable
        /// The deadline does not leave time for an attempt.
        case deadline
        /// The answer is not what the service's documentation says.
        case malformedAnswer
    }

    package let code: Code
    /// The service's name for it, such as `MessageRejected`; nil where no answer of the service came.
    package let serviceCode: String?
    /// The answer's HTTP status; nil where none came.
    package let status: Int?
    /// The service's id of the request, for a support case.
    package let requestID: String?
    /// Whether the service may have done what was asked: then a call that must not happen twice is not made again.
    package let mayHaveTakenEffect: Bool
    /// Our own words on what is wrong, without any value.
    package let detail: String?

    package init(
        _ code: Code, serviceCode: String? = nil, status: Int? = nil, requestID: String? = nil,
        mayHaveTakenEffect: Bool = false, detail: String? = nil
    ) {
        self.code = code
        self.serviceCode = serviceCode
        self.status = status
        self.requestID = requestID
        self.mayHaveTakenEffect = mayHaveTakenEffect
        self.detail = detail
    }

    /// Secrets Manager has no such secret, or none with a value at that stage.
    package var isUnknownSecret: Bool { serviceCode == "ResourceNotFoundException" }
}

extension AWSError: CustomStringConvertible {
    /// Fit for a log: codes, status and request id.
    package var description: String {
        var text = "AWS call failed: \(code.rawValue)"
        if let serviceCode { text += " \(serviceCode)" }
        if let status { text += " (HTTP \(status))" }
        if let requestID { text += " request \(requestID)" }
        if let detail { text += ": \(detail)" }
        if mayHaveTakenEffect { text += " [may have taken effect]" }
        return text
    }
}
