internal import Codecs
internal import Cryptography
internal import LocalRuntimeAPI

/// S3's `PutObject`, path style: the object becomes a file below `.nerdwork/public/<bucket>/`, in a bucket with Object
/// Lock below `.nerdwork/locked/<bucket>/`, where it is never replaced.
struct PutObject {
    /// Names of the template's buckets without Object Lock.
    let buckets: [String]
    /// Names of those with it.
    let lockedBuckets: [String]
    /// `.nerdwork` of the project.
    let hiddenFolder: String

    /// The ETag, as S3 makes it up for itself: here of SHA-256.
    func answer(_ request: RecordedRequest) throws -> String {
        let file = try file(request.path)
        let isLocked = lockedBuckets.contains { file.hasPrefix("\(hiddenFolder)/locked/\($0)/") }
        if let condition = request.header("If-None-Match") {
            guard condition == "*" else { throw AWSFailure(501, "NotImplemented", "Only * is known here.") }
        }
        try check(checksum: request.header("X-Amz-Checksum-Sha256"), of: request.body, isRequired: isLocked)
        try Files.makeFolder(Files.parent(of: file))
        if request.header("If-None-Match") == nil {
            try Files.replace(file, with: request.body)
        } else {
            // An object is there whole or not at all, however this process ends: it could never be put again.
            guard try Files.createWhole(file, with: request.body, drafts: hiddenFolder) else {
                throw AWSFailure(412, "PreconditionFailed", "At least one of the pre-conditions did not hold")
            }
        }
        return "\"\(Hex.encode(SHA256.digest(request.body)).prefix(32))\""
    }

    /// Object Lock wants to know that it keeps what was meant.
    private func check(checksum: String?, of body: [UInt8], isRequired: Bool) throws(AWSFailure) {
        guard let checksum else {
            if isRequired { throw AWSFailure(400, "InvalidRequest", "Object Lock needs a checksum") }
            return
        }
        guard checksum == Base64.encode(SHA256.digest(body)) else {
            throw AWSFailure(400, "BadDigest", "The checksum is not that of the body")
        }
    }

    /// The file that a request's path stands for.
    func file(_ path: String) throws(AWSFailure) -> String {
        guard !path.contains("?") else { throw AWSFailure(501, "NotImplemented", "No query is known here.") }
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let bucket = segments.first, (buckets + lockedBuckets).contains(bucket) else {
            throw AWSFailure(404, "NoSuchBucket", "The specified bucket does not exist")
        }
        guard segments.count > 1, path.utf8.count <= 1_024, segments.dropFirst().allSatisfy(Self.isFileName) else {
            throw AWSFailure(400, "InvalidURI", "A key has letters, digits, '-', '_', '.' and '/' here.")
        }
        return "\(hiddenFolder)/\(lockedBuckets.contains(bucket) ? "locked" : "public")\(path)"
    }

    /// Whether a key's part is a file's name: nothing that leads elsewhere, and nothing that would have to be decoded.
    private static func isFileName(_ segment: String) -> Bool {
        let isPlain = segment.utf8.allSatisfy { ASCII.isLetterOrDigit($0) || [0x2D, 0x2E, 0x5F].contains($0) }
        return isPlain && (1...255).contains(segment.utf8.count) && segment != "." && segment != ".."
    }

    /// The object of that path, which begins with a slash, in the first bucket without Object Lock that has it.
    func object(_ path: String) -> [UInt8]? {
        for bucket in buckets {
            if let bytes = try? Files.read("\(hiddenFolder)/public/\(bucket)\(path)") { return bytes }
        }
        return nil
    }
}
