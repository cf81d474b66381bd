/// The body of an error report: valid JSON whatever the message holds.
struct ErrorBody {
    /// Lambda takes the cause for X-Ray out of such a body before the caller sees it. (As a header field it would be
    /// limited in size, and every byte of the message would have to be made safe.)
    static let contentType = "application/vnd.aws.lambda.error.cause+json"

    /// The longest message, in bytes; Lambda shows 256 KiB of the whole answer at most.
    static let maximumMessageBytes = 128 << 10
    /// The longest message inside the cause: escaped sixfold it stays below the 64 KiB that X-Ray keeps.
    static let maximumCauseMessageBytes = 8 << 10

    let type: String
    let bytes: [UInt8]

    init(_ error: FunctionError, requestID: String?, workingDirectory: String) {
        type = error.type
        var json = JSONText()
        json.open("{")
        json.member("errorMessage", error.message, maximumBytes: Self.maximumMessageBytes)
        json.member("errorType", error.type)
        json.raw(#","stackTrace":[]"#)
        if let requestID { json.member("requestId", requestID) }
        json.raw(#","errorCause":{"#)
        json.open("")
        json.member("working_directory", workingDirectory, maximumBytes: 1024)
        json.raw(#","exceptions":[{"#)
        json.open("")
        json.member("type", error.type)
        json.member("message", error.message, maximumBytes: Self.maximumCauseMessageBytes)
        json.raw(#","stack":[]}],"paths":[]}}"#)
        bytes = json.bytes
    }
}
