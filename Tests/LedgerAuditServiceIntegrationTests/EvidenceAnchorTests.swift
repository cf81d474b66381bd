import AWSClient
import Codecs
import LedgerAuditService
import LedgerEvidence
import PostgresClient
import TestSupport
import Testing

@Suite("The anchors of the night's evidence")
struct EvidenceAnchorTests {
    @Test("The anchor is the root's record, under the key that the proof names")
    func written() throws {
        try withDatabase { database in
            let (connection, bucket) = (try database.connect(), AnchorBucket())
            try connection.keepBooks(from: 1)
            let result = try connection.evidence(database, anchors: bucket)
            let record = try #require(result.root)
            #expect(result.anchored == 1 && result.unanchored == 0 && result.failure == nil)
            #expect(bucket.objects == [record.anchorKey: record.canonical])
            #expect(try RootRecord(parsing: record.canonical) == record)
            let proof = try #require(try connection.proof(of: "wallet:poor"))
            #expect(proof.anchorKey == record.anchorKey && proof.recordHash == record.hash)
            #expect(bucket.attempts.count == 1)
        }
    }

    @Test("What failed is told and tried again the next night, the oldest first; the run has its root all the same")
    func retried() throws {
        try withDatabase { database in
            let (connection, bucket) = (try database.connect(), AnchorBucket())
            try connection.keepBooks(from: 1)
            bucket.failures = Array(
                repeating: (AWSError(.rejected, serviceCode: "NoSuchBucket", status: 404), false), count: 2)
            for night: Int64 in 1...2 {
                let result = try connection.evidence(database, anchors: bucket)
                #expect(result.root?.root == night && result.anchored == 0 && result.unanchored == night)
                #expect(result.failure == "NoSuchBucket")
            }
            let result = try connection.evidence(database, anchors: bucket)
            #expect(result.anchored == 3 && result.unanchored == 0 && bucket.objects.count == 3)
            let roots = bucket.attempts.map { $0.split(separator: "/").last.map(String.init) }
            #expect(roots == ["1.json", "1.json", "1.json", "2.json", "3.json"])
        }
    }

    @Test("An object that an attempt without answer has left is the anchor")
    func unsure() throws {
        try withDatabase { database in
            let (connection, bucket) = (try database.connect(), AnchorBucket())
            try connection.keepBooks(from: 1)
            bucket.failures = [(AWSError(.unavailable, mayHaveTakenEffect: true), true)]
            #expect(try connection.evidence(database, anchors: bucket).failure == "unavailable")
            let result = try connection.evidence(database, anchors: bucket)
            #expect(result.anchored == 2 && result.unanchored == 0)
        }
    }

    @Test("An object that was there before the first attempt is somebody else's, and stays one")
    func taken() throws {
        try withDatabase { database in
            let (connection, bucket) = (try database.connect(), AnchorBucket())
            try connection.keepBooks(from: 1)
            let record = try #require(try connection.evidence(database).root)
            bucket.objects[record.anchorKey] = Array("{}".utf8)
            for night: Int64 in 2...3 {
                let result = try connection.evidence(database, anchors: bucket)
                #expect(result.failure == "the key is taken" && result.unanchored == night)
            }
        }
    }

    @Test("Without a bucket roots wait for one")
    func noBucket() throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.keepBooks(from: 1)
            let result = try connection.evidence(database)
            #expect(result.unanchored == 1 && result.failure == nil && result.root != nil)
        }
    }
}
