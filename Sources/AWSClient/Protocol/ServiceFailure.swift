internal import Codecs
internal import HTTPTransport
internal import StrictJSON

/// What a service's answer says when it is no success.
struct ServiceFailure: Equatable {
    let status: Int
    /// The error's name without namespace and URI; nil where the answer names none.
    let code: String?
    let requestID: String?
    /// How long the service asks to wait, in milliseconds.
    let retryAfter: RetryAfter?
    /// The service's clock.
    let date: Timestamp?

    init(status: Int, code: String?, requestID: String? = nil, retryAfter: RetryAfter? = nil, date: Timestamp? = nil) {
        self.status = status
        self.code = code
        self.requestID = requestID
        self.retryAfter = retryAfter
        self.date = date
    }

    /// Reads an answer: the header `x-amzn-ErrorType` of either JSON protocol, else `__type`, else `code` in the body;
    /// or the element `Code` of S3's XML.
    init(_ response: HTTPResponse, at now: Timestamp) {
        let fields = response.fields
        status = response.status
        code = fields["x-amzn-ErrorType"].flatMap(Self.name) ?? Self.code(in: response.body)
        requestID = (fields["x-amzn-RequestId"] ?? fields["x-amz-request-id"]).flatMap(Self.identifier)
        date = fields["Date"].flatMap(HTTPDate.parse)
        retryAfter = RetryAfter(
            milliseconds: fields["x-amz-retry-after"], standard: fields["Retry-After"], at: date ?? now)
    }

    /// `aws.protocoltests#Name:http://…` as `Name` (Smithy, AWS JSON protocols, "Operation error serialization").
    static func name(_ text: String) -> String? {
        let beforeURI = text.prefix { $0 != ":" && $0 != "," }
        let name = beforeURI.split(separator: "#", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        return identifier(name)
    }

    /// Text from outside that may stand in a log: short, and without anything but an identifier's characters.
    static func identifier(_ text: String) -> String? {
        let isPlain = text.utf8.allSatisfy { byte in
            ASCII.isLetterOrDigit(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F
        }
        return isPlain && (1...128).contains(text.utf8.count) ? text : nil
    }

    private static func code(in body: [UInt8]) -> String? {
        guard let root = try? JSONDocument(parsing: body, limits: JSONLimits(maximumBytes: 65_536)).root else {
            return elementCode(in: body)
        }
        let named = root["__type"] ?? root["code"] ?? root["Code"]
        return (try? named?.string(maximumBytes: 1_024)).flatMap { $0 }.flatMap(name)
    }

    /// What stands in the first `Code` (S3 API reference, "REST error responses").
    ///
    /// On bytes: searching text for text would link the whole engine of regular expressions, half a megabyte zipped.
    private static func elementCode(in body: [UInt8]) -> String? {
        guard body.count <= 65_536 else { return nil }
        var rest = body[...]
        while !rest.starts(with: "<Code>".utf8) {
            guard rest.popFirst() != nil else { return nil }
        }
        let code = rest.dropFirst("<Code>".utf8.count).prefix { $0 != UInt8(ascii: "<") }
        return String(validating: code, as: UTF8.self).flatMap(identifier)
    }
}
