import Platform
import Testing

@testable internal import LocalPlatform

@Suite("S3, played locally")
struct PutObjectTests {
    private static let bucket = "nerdwork-documents-local1"

    @Test("An object becomes a file that is found by its path, and a later one replaces it")
    func put() throws {
        let fixture = try LocalAWSFixture()
        let (caller, endpoint) = try fixture.caller("provision")
        defer { endpoint.stop() }
        let path = "/.well-known/jwks.json"
        #expect(fixture.aws.published(path) == nil)
        for body in [#"{"keys":[]}"#, #"{"keys":[1]}"#] {
            #expect(try caller.send(.putObject("/\(Self.bucket)\(path)", body)).status == 200)
            #expect(fixture.aws.published(path) == Array(body.utf8))
        }
        #expect(Files.exists("\(fixture.folder)/.nerdwork/public/\(Self.bucket)\(path)"))
        #expect(fixture.refusals == [])
    }

    @Test(
        "Refuses a bucket that the template has not, and a key that leads elsewhere",
        arguments: [
            ("/other/a.json", 404, "NoSuchBucket"), ("/\(bucket)/../../a.json", 400, "InvalidURI"),
            ("/\(bucket)/a/./b", 400, "InvalidURI"), ("/\(bucket)/a%2Fb", 400, "InvalidURI"),
            ("/\(bucket)/", 400, "InvalidURI"), ("/\(bucket)", 400, "InvalidURI"),
        ])
    func refused(path: String, status: Int, error: String) throws {
        let objects = PutObject(buckets: [Self.bucket], lockedBuckets: [], hiddenFolder: "/nonexistent")
        let failure = #expect(throws: AWSFailure.self) { try objects.file(path) }
        #expect(failure?.status == status && failure?.type == error)
    }

    @Test("A refusal is said, and answered in S3's form")
    func told() throws {
        let fixture = try LocalAWSFixture()
        let (caller, endpoint) = try fixture.caller("provision")
        defer { endpoint.stop() }
        #expect(try caller.send(.putObject("/other/a.json", "x")).status == 404)
        #expect(fixture.refusals == ["s3:PutObject NoSuchBucket"])
    }

    @Test("A body that was changed on its way is refused")
    func changed() throws {
        let fixture = try LocalAWSFixture()
        let (caller, endpoint) = try fixture.caller("provision")
        defer { endpoint.stop() }
        #expect(try caller.send(.putObject("/\(Self.bucket)/a.json", "x"), sending: "y").status >= 400)
        #expect(fixture.aws.published("/a.json") == nil)
    }
}
