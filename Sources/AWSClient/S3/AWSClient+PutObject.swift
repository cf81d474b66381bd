internal import Codecs
internal import HTTPTransport

/// What becomes an object of a bucket.
package struct StoredObject: Sendable {
    package var key: String
    package var contentType: String
    /// The field `Cache-Control` of whoever gets it.
    package var cacheControl: String?
    package var body: [UInt8]

    package init(key: String, contentType: String, cacheControl: String? = nil, body: [UInt8]) {
        self.key = key
        self.contentType = contentType
        self.cacheControl = cacheControl
        self.body = body
    }
}

extension AWSClient {
    /// Puts an object into a bucket, in place of the one with its key (`PutObject`).
    ///
    /// Throws `.rejected` without a call for a key that S3 or a URL would not keep as it is.
    package func putObject(_ object: StoredObject, into bucket: Bucket, call: AWSCall) throws(AWSError) {
        guard object.hasPlainKey, HTTPHeaderList.isSafe(object.contentType + (object.cacheControl ?? "")) else {
            throw AWSError(.rejected, detail: "the object's key or a field of it cannot be sent")
        }
        var headers = [(name: "Content-Type", value: object.contentType)]
        if let cacheControl = object.cacheControl { headers.append(("Cache-Control", cacheControl)) }
        let operation = AWSOperation(
            service: .s3, method: .put, bucket: bucket,
            path: "/" + PercentEncoding.encode(Array(object.key.utf8), keepsSlash: true), headers: headers,
            body: object.body, isRepeatable: true, maximumResponseBytes: 65_536, answersJSON: false)
        _ = try perform(operation, call)
    }
}

extension StoredObject {
    /// 1 to 1024 bytes, and nothing that software on the way takes for a relative path.
    fileprivate var hasPlainKey: Bool {
        let segments = key.utf8.split(separator: 0x2F, omittingEmptySubsequences: false).map(Array.init)
        return (1...1_024).contains(key.utf8.count) && !segments.contains { [[], [0x2E], [0x2E, 0x2E]].contains($0) }
    }
}
