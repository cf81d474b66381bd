internal import LocalRuntimeAPI
internal import StrictJSON

/// An error as an AWS service answers it.
struct AWSFailure: Error, Equatable {
    let status: Int
    /// The name that a client acts on, such as `ResourceNotFoundException`.
    let type: String
    let message: String

    init(_ status: Int, _ type: String, _ message: String) {
        self.status = status
        self.type = type
        self.message = message
    }

    static func validation(_ message: String) -> AWSFailure {
        AWSFailure(400, "ValidationException", message)
    }

    static func badRequest(_ message: String) -> AWSFailure {
        AWSFailure(400, "BadRequestException", message)
    }

    static let malformedBody = AWSFailure(400, "SerializationException", "The request body is not a JSON object.")
}

/// How a service writes its answers: AWS JSON 1.1, REST-JSON or REST-XML (smithy.io, "AWS protocols").
enum AWSProtocol: Sendable {
    case json11
    case restJSON
    case restXML

    func answer(_ body: JSONTree, requestID: String) -> Answer {
        var bytes: [UInt8] = []
        body.writeJSON(to: &bytes)
        return Answer(status: 200, headers: headers(requestID), body: bytes)
    }

    /// Success without a body.
    func answer(headers fields: [(name: String, value: String)], requestID: String) -> Answer {
        Answer(status: 200, headers: headers(requestID) + fields, body: [])
    }

    func answer(_ failure: AWSFailure, requestID: String) -> Answer {
        if self == .restXML { return Answer(status: failure.status, headers: headers(requestID), body: xml(failure)) }
        var headers = headers(requestID)
        if self == .restJSON { headers.append(("x-amzn-ErrorType", failure.type)) }
        let body = JSONWriter.object { object in
            if self == .json11 { object.member("__type", failure.type) }
            object.member("message", failure.message)
        }
        return Answer(status: failure.status, headers: headers, body: body.bytes)
    }

    /// Amazon S3 API reference, "Error responses".
    private func xml(_ failure: AWSFailure) -> [UInt8] {
        let message = failure.message.filter { !"<>&".contains($0) }
        return Array(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <Error><Code>\(failure.type)</Code><Message>\(message)</Message></Error>
            """.utf8)
    }

    private func headers(_ requestID: String) -> [(name: String, value: String)] {
        switch self {
        case .json11: [("Content-Type", "application/x-amz-json-1.1"), ("x-amzn-RequestId", requestID)]
        case .restJSON: [("Content-Type", "application/json"), ("x-amzn-RequestId", requestID)]
        case .restXML: [("Content-Type", "application/xml"), ("x-amz-request-id", requestID)]
        }
    }
}
