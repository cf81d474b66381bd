internal import Codecs
internal import HTTPTransport
internal import StrictJSON

/// One delivery of an event.
struct Invocation {
    let payload: [UInt8]
    let context: InvocationContext

    /// The longest that Lambda lets a function run; taken where it does not tell a deadline.
    static let longestMilliseconds: Int64 = 900_000

    /// A delivery whose header fields cannot be read: that invocation fails, the loop goes on.
    struct Unreadable: Error, Equatable {
        let requestID: String
        let invocationID: String?
        let error: FunctionError
    }

    /// Reads what `next` answered.
    ///
    /// - Returns: nil without a request id: such a delivery cannot be answered.
    static func read(_ response: HTTPResponse, now: Timestamp) -> Result<Invocation, Unreadable>? {
        let fields = response.fields
        guard let requestID = fields["Lambda-Runtime-Aws-Request-Id"], !requestID.isEmpty else { return nil }
        let invocationID = fields["Lambda-Runtime-Invocation-Id"]
        do {
            let context = InvocationContext(
                requestID: requestID,
                invocationID: invocationID,
                deadline: try deadline(fields["Lambda-Runtime-Deadline-Ms"], now: now),
                invokedFunctionARN: fields["Lambda-Runtime-Invoked-Function-Arn"] ?? "",
                traceID: fields["Lambda-Runtime-Trace-Id"].flatMap { $0.isEmpty ? nil : $0 },
                tenantID: fields["Lambda-Runtime-Aws-Tenant-Id"].flatMap { $0.isEmpty ? nil : $0 },
                clientContext: try document(fields["Lambda-Runtime-Client-Context"], "client context"),
                cognitoIdentity: try cognitoIdentity(fields["Lambda-Runtime-Cognito-Identity"]))
            return .success(Invocation(payload: response.body, context: context))
        } catch {
            return .failure(Unreadable(requestID: requestID, invocationID: invocationID, error: error))
        }
    }

    /// Milliseconds since 1970 by the wall clock.
    private static func deadline(_ text: String?, now: Timestamp) throws(FunctionError) -> Timestamp {
        guard let text else { return now.advanced(byMilliseconds: longestMilliseconds) }
        guard let milliseconds = Int64(text), milliseconds > 0 else {
            throw FunctionError(
                type: ErrorType.unreadableContext, message: "Lambda-Runtime-Deadline-Ms is not a number")
        }
        return Timestamp(millisecondsSince1970: milliseconds)
    }

    private static func document(_ text: String?, _ name: String) throws(FunctionError) -> JSONDocument? {
        guard let text, !text.isEmpty else { return nil }
        do {
            return try JSONDocument(parsing: text)
        } catch {
            throw FunctionError(type: ErrorType.unreadableContext, message: "the \(name) is no JSON")
        }
    }

    private static func cognitoIdentity(_ text: String?) throws(FunctionError) -> CognitoIdentity? {
        guard let root = try document(text, "Cognito identity")?.root, !root.isNull else { return nil }
        do {
            return CognitoIdentity(
                identityID: try root.optional("cognitoIdentityId")?.string() ?? "",
                identityPoolID: try root.optional("cognitoIdentityPoolId")?.string() ?? "")
        } catch {
            throw FunctionError(
                type: ErrorType.unreadableContext, message: "the Cognito identity is no object of texts")
        }
    }
}
