internal import Codecs
internal import Cryptography
internal import HTTPTransport

/// What becomes an object of a bucket.
package struct StoredObject: Sendable {
    package var key: String
    package var contentType: String
    /// The field `Cache-Control` of whoever gets it.
    package var cacheControl: String?
    package var body: [UInt8]
    /// Refuse to take the place of another object (status 412), as a bucket with Object Lock wants it.
    package var mustBeNew: Bool

    package init(
        key: String, contentType: String, cacheControl: String? = nil, body: [UInt8], mustBeNew: Bool = false
    ) {
        self.key = key
        self.contentType = contentType
        self.cacheControl = cacheControl
        self.body = body
        self.mustBeNew = mustBeNew
    }
}

extension AWSClient {
    /// Puts an object into a bucket, in place of the one with its key unless it must be new (`PutObject`).
    ///
    /// One that must be new is not sent again by itself where the first attempt may have taken effect: the second would
    /// be refused because of the first.
    ///
    /// Throws `.rejected` without a call for a key that S3 or a URL would not keep as it is.
    package func putObject(_ object: StoredObject, into bucket: Bucket, call: AWSCall) throws(AWSError) {
        guard object.hasPlainKey, HTTPHeaderList.isSafe(object.contentType + (object.cacheControl ?? "")) else {
            throw AWSError(.rejected, detail: "the object's key or a field of it cannot be sent")
        }
        var headers = [(name: "Content-Type", value: object.contentType)]
        if let cacheControl = object.cacheControl { headers.append(("Cache-Control", cacheControl)) }
        headers += object.newObjectHeaders
        let operation = AWSOperation(
            service: .s3, method: .put, bucket: bucket,
            path: "/" + PercentEncoding.encode(Array(object.key.utf8), keepsSlash: true), headers: headers,
            body: object.body, isRepeatable: !object.mustBeNew, maximumResponseBytes: 65_536, answersJSON: false)
        _ = try perform(operation, call)
    }
}

extension StoredObject {
    /// A checksum is required for objects that Object Lock retains (S3 user guide, "Configuring S3 Object Lock").
    fileprivate var newObjectHeaders: [(name: String, value: String)] {
        guard mustBeNew else { return [] }
        return [
            ("If-None-Match", "*"), ("X-Amz-Checksum-Sha256", Base64.encode(SHA256.digest(body))),
            // A bucket with Object Lock wants this field or Content-MD5; the checksum alone is refused.
            ("X-Amz-Sdk-Checksum-Algorithm", "SHA256"),
        ]
    }

    /// 1 to 1024 bytes, and nothing that software on the way takes for a relative path.
    fileprivate var hasPlainKey: Bool {
        let segments = key.utf8.split(separator: 0x2F, omittingEmptySubsequences: false).map(Array.init)
        return (1...1_024).contains(key.utf8.count) && !segments.contains { [[], [0x2E], [0x2E, 0x2E]].contains($0) }
    }
}
