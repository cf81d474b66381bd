internal import Codecs
internal import Cryptography
internal import LocalRuntimeAPI

/// S3's `PutObject`, path style: the object becomes a file below `.nerdwork/public/<bucket>/`.
struct PutObject {
    /// Names of the template's buckets.
    let buckets: [String]
    /// `.nerdwork/public` of the project.
    let folder: String

    /// The ETag, as S3 makes it up for itself: here of SHA-256.
    func answer(_ request: RecordedRequest) throws -> String {
        let file = try file(request.path)
        try Files.makeFolder(Files.parent(of: file))
        try Files.replace(file, with: request.body)
        return "\"\(Hex.encode(SHA256.digest(request.body)).prefix(32))\""
    }

    /// The file that a request's path stands for.
    func file(_ path: String) throws(AWSFailure) -> String {
        guard !path.contains("?") else { throw AWSFailure(501, "NotImplemented", "No query is known here.") }
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let bucket = segments.first, buckets.contains(bucket) else {
            throw AWSFailure(404, "NoSuchBucket", "The specified bucket does not exist")
        }
        guard segments.count > 1, path.utf8.count <= 1_024, segments.dropFirst().allSatisfy(Self.isFileName) else {
            throw AWSFailure(400, "InvalidURI", "A key has letters, digits, '-', '_', '.' and '/' here.")
        }
        return "\(folder)\(path)"
    }

    /// Whether a key's part is a file's name: nothing that leads elsewhere, and nothing that would have to be decoded.
    private static func isFileName(_ segment: String) -> Bool {
        let isPlain = segment.utf8.allSatisfy { ASCII.isLetterOrDigit($0) || [0x2D, 0x2E, 0x5F].contains($0) }
        return isPlain && (1...255).contains(segment.utf8.count) && segment != "." && segment != ".."
    }

    /// The object of that path, which begins with a slash, in the first bucket that has it.
    func object(_ path: String) -> [UInt8]? {
        for bucket in buckets {
            if let bytes = try? Files.read("\(folder)/\(bucket)\(path)") { return bytes }
        }
        return nil
    }
}
