import Cryptography
import Foundation
import Testing

@testable import LocalPlatform
@testable import LocalRuntimeAPI

/// What S3 does with `If-None-Match: *`
/// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
@Suite("A bucket with Object Lock, played locally")
struct LockedObjectTests {
    private static let key = "/anchors-bucket/anchors/2026-11-21/1.json"
    private static let body = Array(#"{"version":1}"#.utf8)

    /// The files of a bucket in a folder that is removed at the end.
    private final class Stage {
        let folder = FileManager.default.temporaryDirectory.appending(path: "locked-\(UUID())").path
        let objects: PutObject

        init() throws {
            try Files.makeFolder(folder)
            objects = PutObject(buckets: [], lockedBuckets: ["anchors-bucket"], hiddenFolder: folder)
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        var file: String { "\(folder)/locked\(LockedObjectTests.key)" }

        /// The status, and the error's name.
        func put(_ headers: [String: String], body: [UInt8] = LockedObjectTests.body) throws -> String {
            let request = RecordedRequest(
                method: "PUT", path: LockedObjectTests.key, headers: headers.map { ($0.key, $0.value) }, body: body,
                connection: 0, arrived: 0)
            do {
                _ = try objects.answer(request)
                return "200"
            } catch let failure as AWSFailure {
                return "\(failure.status) \(failure.type)"
            }
        }
    }

    private static func headers(_ body: [UInt8] = body) -> [String: String] {
        ["If-None-Match": "*", "x-amz-checksum-sha256": Data(SHA256.digest(body)).base64EncodedString()]
    }

    @Test("An object is put once, with its checksum, and never replaced")
    func once() throws {
        let stage = try Stage()
        #expect(try stage.put(["If-None-Match": "*"]) == "400 InvalidRequest")
        #expect(try stage.put(Self.headers(Array("other".utf8))) == "400 BadDigest")
        #expect(!Files.exists(stage.file))
        #expect(try stage.put(Self.headers()) == "200")
        let other = Array("other".utf8)
        #expect(try stage.put(Self.headers(other), body: other) == "412 PreconditionFailed")
        #expect(try stage.put(Self.headers()) == "412 PreconditionFailed")
        #expect(try Files.read(stage.file) == Self.body)
        #expect(Files.names(in: stage.folder) == ["locked"])
    }

    @Test("What a process left that was killed while it wrote is no object, and the next one writes it")
    func killed() throws {
        let stage = try Stage()
        // As after a kill of this very process number: half of the body, and no link.
        let draft = "\(stage.folder)/\(ProcessInfo.processInfo.processIdentifier).draft"
        try Files.create(draft, with: Array(Self.body.prefix(5)))
        #expect(try stage.put(Self.headers()) == "200")
        #expect(try Files.read(stage.file) == Self.body)
        #expect(!Files.exists(draft))
    }
}
