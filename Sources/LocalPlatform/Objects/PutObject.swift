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
        let path = request.path.prefix { $0 != "?" }
        guard path.count == request.path.count else {
            throw AWSFailure(501, "NotImplemented", "No query is known here.")
        }
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let bucket = segments.first, buckets.contains(bucket) else {
            throw AWSFailure(404, "NoSuchBucket", "The specified bucket does not exist")
        }
        let names = try segments.dropFirst().map(Self.fileName)
        guard !names.isEmpty, path.utf8.count <= 1_024 else {
            throw AWSFailure(400, "InvalidURI", "Couldn't parse the specified URI.")
        }
        let file = (["\(folder)/\(bucket)"] + names).joined(separator: "/")
        try Files.makeFolder(Files.parent(of: file))
        try Files.replace(file, with: request.body)
        return "\"\(Hex.encode(SHA256.digest(request.body)).prefix(32))\""
    }

    /// The object of that path, which begins with a slash, in the first bucket that has it.
    func object(_ path: String) -> [UInt8]? {
        for bucket in buckets {
            if let bytes = try? Files.read("\(folder)/\(bucket)\(path)") { return bytes }
        }
        return nil
    }

    /// A key's part as a file's name: nothing that leads elsewhere, and nothing that would have to be decoded.
    private static func fileName(_ segment: String) throws -> String {
        let isPlain = segment.utf8.allSatisfy {
            ASCII.isLetterOrDigit($0) || [0x2D, 0x2E, 0x5F].contains($0)
        }
        guard isPlain, (1...255).contains(segment.utf8.count), segment != ".", segment != ".." else {
            throw AWSFailure(400, "InvalidURI", "A key has letters, digits, '-', '_' and '.' here.")
        }
        return segment
    }
}
