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

/// How a service writes its answers: AWS JSON 1.1 or REST-JSON (smithy.io, "AWS protocols").
enum AWSProtocol: Sendable {
    case json11
    case restJSON

    func answer(_ body: JSONTree, requestID: String) -> Answer {
        var bytes: [UInt8] = []
        body.writeJSON(to: &bytes)
        return Answer(status: 200, headers: headers(requestID), body: bytes)
    }

    func answer(_ failure: AWSFailure, requestID: String) -> Answer {
        var headers = headers(requestID)
        if self == .restJSON { headers.append(("x-amzn-ErrorType", failure.type)) }
        let body = JSONWriter.object { object in
            if self == .json11 { object.member("__type", failure.type) }
            object.member("message", failure.message)
        }
        return Answer(status: failure.status, headers: headers, body: body.bytes)
    }

    private func headers(_ requestID: String) -> [(name: String, value: String)] {
        let type = self == .json11 ? "application/x-amz-json-1.1" : "application/json"
        return [("Content-Type", type), ("x-amzn-RequestId", requestID)]
    }
}
