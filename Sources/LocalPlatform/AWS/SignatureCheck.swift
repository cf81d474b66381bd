internal import AWSSignature
internal import LocalRuntimeAPI
internal import Platform

/// Finds out whether a request was signed with a function's own credentials, for the right service and region.
struct SignatureCheck {
    let credentials: AWSCredentials

    /// Throws what AWS answers to a signature that it does not accept.
    func check(_ request: RecordedRequest, for operation: AWSOperation) throws(AWSFailure) {
        do throws(SignatureFailure) {
            _ = try AWSSignature.verify(
                Self.signable(request), region: TemplateValues.pseudoParameters["AWS::Region"],
                service: operation.service == .unknown ? nil : operation.service.rawValue, at: SystemClock.now(),
                credentials: { $0 == credentials.accessKeyID ? credentials : nil })
        } catch {
            throw AWSFailure(403, error.code, "The call is refused: \(error.message).")
        }
    }

    private static func signable(_ request: RecordedRequest) -> SignableRequest {
        let parts = request.path.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return SignableRequest(
            method: request.method, host: request.header("Host") ?? "", path: String(parts[0]),
            query: parts.count == 2 ? String(parts[1]) : "", headers: request.headers, payload: .bytes(request.body))
    }
}
