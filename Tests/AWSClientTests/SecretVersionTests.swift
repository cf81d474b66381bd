import Codecs
import TestSupport
import Testing

@testable import AWSClient

/// Bodies and answers as the Secrets Manager API reference shows them.
@Suite("The versions of a secret")
struct SecretVersionTests {
    private let token = "51f72378-6a5d-5dc7-8fd8-29e4319f482a"

    @Test("GetSecretValue names the version and its stage")
    func get() throws {
        let service = try ScriptedService([.answer(200, #"{"SecretString":"x"}"#)])
        let value = try client(service).secretValue("arn:aws:a", stage: .pending, version: token, call: AWSCall())
        #expect(value == Array("x".utf8))
        #expect(
            service.received.first?.text
                == #"{"SecretId":"arn:aws:a","VersionStage":"AWSPENDING","VersionId":"\#(token)"}"#)
    }

    @Test("PutSecretValue names the stages of the new version")
    func put() throws {
        let service = try ScriptedService([.answer(200, #"{"VersionId":"v"}"#)])
        try client(service).putSecretValue(
            "arn:aws:a", Array("x".utf8), token: token, stages: [.pending], call: AWSCall())
        #expect(
            service.received.first?.text == """
                {"SecretId":"arn:aws:a","SecretString":"x","ClientRequestToken":"\(token)",\
                "VersionStages":["AWSPENDING"]}
                """)
    }

    @Test("DescribeSecret tells the versions with their labels")
    func describe() throws {
        let service = try ScriptedService([
            .answer(
                200,
                """
                {"ARN":"arn:aws:a","Name":"a","RotationEnabled":true,"Tags":[],"VersionIdsToStages":{
                "EXAMPLE1-90ab-cdef-fedc-ba987SECRET1":["AWSPREVIOUS","mine"],
                "EXAMPLE2-90ab-cdef-fedc-ba987SECRET2":["AWSCURRENT","AWSPENDING"]}}
                """),
            .answer(200, #"{"ARN":"arn:aws:a"}"#), .answer(200, #"{"VersionIdsToStages":[]}"#),
        ])
        let client = client(service)
        let secret = try client.describeSecret("arn:aws:a", call: AWSCall())
        #expect(service.received.first?.field("X-Amz-Target") == "secretsmanager.DescribeSecret")
        #expect(service.received.first?.text == #"{"SecretId":"arn:aws:a"}"#)
        #expect(secret.isRotationEnabled == true && secret.versions.count == 2)
        #expect(secret.version(at: .current)?.id == "EXAMPLE2-90ab-cdef-fedc-ba987SECRET2")
        #expect(secret.version(at: .pending) == secret.version(at: .current))
        #expect(secret.version("EXAMPLE1-90ab-cdef-fedc-ba987SECRET1")?.stages == ["AWSPREVIOUS", "mine"])
        #expect(secret.version("EXAMPLE1") == nil)
        // A secret that was never configured for rotation, and has no value.
        let bare = try client.describeSecret("arn:aws:a", call: AWSCall())
        #expect(bare == SecretDescription(isRotationEnabled: nil, versions: []))
        let error = #expect(throws: AWSError.self) { try client.describeSecret("arn:aws:a", call: AWSCall()) }
        #expect(error?.code == .malformedAnswer)
    }

    @Test("UpdateSecretVersionStage is not sent again where it may have been done")
    func move() throws {
        let service = try ScriptedService([
            .answer(200, #"{"ARN":"arn:aws:a","Name":"a"}"#), .cut(.everything), .answer(200, #"{"ARN":"arn:aws:a"}"#),
        ])
        let client = client(service)
        try client.moveSecretStage("arn:aws:a", .current, to: "new", from: "old", call: AWSCall())
        #expect(service.received.first?.field("X-Amz-Target") == "secretsmanager.UpdateSecretVersionStage")
        #expect(
            service.received.first?.text == """
                {"SecretId":"arn:aws:a","VersionStage":"AWSCURRENT","MoveToVersionId":"new",\
                "RemoveFromVersionId":"old"}
                """)
        let error = #expect(throws: AWSError.self) {
            try client.moveSecretStage("arn:aws:a", .current, to: "new", from: "old", call: AWSCall())
        }
        #expect(error?.mayHaveTakenEffect == true && service.received.count == 2)
    }

    @Test("That there is no such version is kept like a value, the current version excepted")
    func keptAbsence() throws {
        let unknown = ScriptedService.Step.answer(400, #"{"__type":"ResourceNotFoundException"}"#)
        let service = try ScriptedService([unknown, .answer(200, #"{"SecretString":"b"}"#), unknown])
        let time = TestTime()
        let cache = SecretCache(client(service, time), lifetimeMilliseconds: 300_000, now: { time.now })
        for _ in 0..<3 {
            let error = #expect(throws: AWSError.self) { try cache.previous("x", call: AWSCall()) }
            #expect(error?.isUnknownSecret == true)
        }
        #expect(service.received.count == 1)
        time.now = time.now.advanced(byMilliseconds: 10_000)
        #expect(try cache.refreshed("x", stage: .previous, call: AWSCall()) == Array("b".utf8))
        #expect(try cache.previous("x", call: AWSCall()) == Array("b".utf8))
        for count in 3...4 {
            #expect(throws: AWSError.self) { try cache.value("x", call: AWSCall()) }
            #expect(service.received.count == count)
        }
    }
}
