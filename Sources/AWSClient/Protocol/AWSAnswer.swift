internal import StrictJSON

/// A service's success.
struct AWSAnswer {
    let root: JSONValue
    let status: Int
    let requestID: String?

    /// The error for an answer that lacks what it must have.
    func malformed(mayHaveTakenEffect: Bool) -> AWSError {
        AWSError(
            .malformedAnswer, status: status, requestID: requestID, mayHaveTakenEffect: mayHaveTakenEffect)
    }
}
