package import Codecs
package import Logging
internal import Platform
package import StrictJSON

/// A function's code: the event's bytes in, the answer's bytes out.
package typealias InvocationHandler = (_ payload: [UInt8], _ context: InvocationContext) throws -> [UInt8]

/// What Lambda tells about one invocation beside its event.
package struct InvocationContext: Sendable {
    /// The id under which Lambda logs and retries the invocation (`Lambda-Runtime-Aws-Request-Id`).
    package let requestID: String
    /// The id of this delivery (`Lambda-Runtime-Invocation-Id`); nil where Lambda does not send it.
    package let invocationID: String?
    /// When Lambda ends the function.
    package let deadline: Timestamp
    /// The function's ARN with the alias or version that was invoked.
    package let invokedFunctionARN: String
    /// The X-Ray trace header, to be passed on with every outgoing call.
    package let traceID: String?
    /// The tenant, where the function isolates tenants.
    package let tenantID: String?
    /// What a mobile client sent beside the event; its values may be of any kind.
    package let clientContext: JSONDocument?
    /// The Amazon Cognito identity that called; nil for most callers.
    package let cognitoIdentity: CognitoIdentity?

    package init(
        requestID: String, invocationID: String? = nil, deadline: Timestamp, invokedFunctionARN: String = "",
        traceID: String? = nil, tenantID: String? = nil, clientContext: JSONDocument? = nil,
        cognitoIdentity: CognitoIdentity? = nil
    ) {
        self.requestID = requestID
        self.invocationID = invocationID
        self.deadline = deadline
        self.invokedFunctionARN = invokedFunctionARN
        self.traceID = traceID
        self.tenantID = tenantID
        self.clientContext = clientContext
        self.cognitoIdentity = cognitoIdentity
    }

    /// Milliseconds until the deadline; never below 0.
    package func remainingMilliseconds(at now: Timestamp = SystemClock.now()) -> Int64 {
        let (left, overflow) = deadline.millisecondsSince1970.subtractingReportingOverflow(now.millisecondsSince1970)
        return overflow ? (deadline > now ? .max : 0) : max(0, left)
    }

    /// Milliseconds that a blocking call may take, so that the margin is left to answer in.
    ///
    /// - Throws: `FunctionError` of type `Function.DeadlineExceeded` where nothing is left: before Lambda kills the
    ///   function without a word.
    package func budgetMilliseconds(
        margin: Int64 = 200, at now: Timestamp = SystemClock.now()
    ) throws(FunctionError) -> Int64 {
        let left = remainingMilliseconds(at: now) - margin
        guard left > 0 else {
            throw FunctionError(type: "Function.DeadlineExceeded", message: "the invocation's time is used up")
        }
        return left
    }

    /// A logger whose lines carry the request (and tenant) id.
    package var logger: Logger {
        var logger = Logger(label: "function")
        logger[metadataKey: "requestId"] = .string(requestID)
        if let tenantID { logger[metadataKey: "tenantId"] = .string(tenantID) }
        return logger
    }
}

/// Who called, as Amazon Cognito knows it (`Lambda-Runtime-Cognito-Identity`).
package struct CognitoIdentity: Sendable, Equatable {
    package let identityID: String
    package let identityPoolID: String

    package init(identityID: String, identityPoolID: String) {
        self.identityID = identityID
        self.identityPoolID = identityPoolID
    }
}
