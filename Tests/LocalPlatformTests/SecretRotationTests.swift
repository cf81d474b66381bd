import Testing

@testable internal import LocalPlatform

/// As moto answers the same calls (`AWSClientProtocolTests`), where it follows the API reference.
@Suite("A rotation with the local Secrets Manager")
struct SecretRotationTests {
    private func call(_ caller: AWSCaller, _ action: String, _ body: String) throws -> AWSCaller.Answer {
        try caller.send(.init(target: "secretsmanager.\(action)", service: "secretsmanager", body: body))
    }

    /// The labels of each version.
    private func labels(_ caller: AWSCaller) throws -> [String: [String]] {
        let answer = try call(caller, "DescribeSecret", #"{"SecretId":"seal"}"#)
        let members = answer.body["VersionIdsToStages"]?.members ?? []
        return Dictionary(
            uniqueKeysWithValues: members.map { ($0.name, $0.value.elements.compactMap(\.text).sorted()) })
    }

    private func value(_ caller: AWSCaller, _ stage: String) throws -> String? {
        let answer = try call(caller, "GetSecretValue", #"{"SecretId":"seal","VersionStage":"\#(stage)"}"#)
        #expect(answer.status == 200 || answer.error == "ResourceNotFoundException")
        return answer.body["SecretString"]?.text
    }

    @Test("A version comes without a value, gets one, becomes the current one, and the former the previous")
    func steps() throws {
        let fixture = try LocalAWSFixture()
        let (caller, endpoint) = try fixture.caller()
        defer { endpoint.stop() }
        let first = try fixture.aws.secrets.currentValue("seal")
        let former = try #require(try labels(caller).keys.first)
        let token = try fixture.aws.secrets.beginRotation("seal")
        #expect(try labels(caller) == [former: ["AWSCURRENT"], token: ["AWSPENDING"]])
        #expect(try value(caller, "AWSPENDING") == nil)

        func put(_ text: String) throws -> AWSCaller.Answer {
            let stages = #""VersionStages":["AWSPENDING"]"#
            return try call(
                caller, "PutSecretValue",
                #"{"SecretId":"seal","SecretString":"\#(text)","ClientRequestToken":"\#(token)",\#(stages)}"#)
        }
        for _ in 0..<2 { #expect(try put("second").body["VersionStages"] == .array([.string("AWSPENDING")])) }
        #expect(try put("third").error == "ResourceExistsException")
        #expect(try value(caller, "AWSPENDING") == "second")
        #expect(try value(caller, "AWSCURRENT") == first)

        func move(_ members: String) throws -> AWSCaller.Answer {
            try call(
                caller, "UpdateSecretVersionStage",
                #"{"SecretId":"seal","VersionStage":"AWSCURRENT","MoveToVersionId":"\#(token)"\#(members)}"#)
        }
        for wrong in ["", #","RemoveFromVersionId":"\#(token)""#, #","RemoveFromVersionId":"none""#] {
            #expect(try move(wrong).error == "InvalidParameterException")
        }
        #expect(try labels(caller) == [former: ["AWSCURRENT"], token: ["AWSPENDING"]])
        #expect(try move(#","RemoveFromVersionId":"\#(former)""#).status == 200)
        #expect(try labels(caller) == [former: ["AWSPREVIOUS"], token: ["AWSCURRENT", "AWSPENDING"]])
        #expect(try value(caller, "AWSCURRENT") == "second")
        #expect(try value(caller, "AWSPREVIOUS") == first)
        #expect(try fixture.store().currentValue("seal") == "second")
    }

    @Test("A rotation that was given up leaves nothing when the next one begins")
    func givenUp() throws {
        let fixture = try LocalAWSFixture()
        let (caller, endpoint) = try fixture.caller()
        defer { endpoint.stop() }
        let first = try fixture.aws.secrets.beginRotation("seal")
        let second = try fixture.aws.secrets.beginRotation("seal")
        let found = try labels(caller)
        #expect(found[first] == nil && found[second] == ["AWSPENDING"] && found.count == 2)
        #expect(throws: LocalError.self) { try fixture.aws.secrets.beginRotation("nothing") }
    }

    @Test(
        "Requests that cannot be meant are refused",
        arguments: [
            ("DescribeSecret", #"{"SecretId":"nothing"}"#, "ResourceNotFoundException"),
            ("DescribeSecret", "{}", "ValidationException"),
            ("UpdateSecretVersionStage", #"{"SecretId":"nothing","VersionStage":"x"}"#, "ResourceNotFoundException"),
            ("UpdateSecretVersionStage", #"{"SecretId":"seal"}"#, "ValidationException"),
            ("UpdateSecretVersionStage", #"{"SecretId":"seal","VersionStage":"x"}"#, "InvalidParameterException"),
            ("UpdateSecretVersionStage", #"{"SecretId":"seal","VersionStage":1}"#, "SerializationException"),
            ("PutSecretValue", #"{"SecretId":"seal","SecretString":"x","VersionStages":[]}"#, "ValidationException"),
            ("PutSecretValue", #"{"SecretId":"seal","SecretString":"x","VersionStages":[1]}"#, "ValidationException"),
        ])
    func refused(_ row: (action: String, body: String, error: String)) throws {
        let fixture = try LocalAWSFixture()
        let (caller, endpoint) = try fixture.caller()
        defer { endpoint.stop() }
        #expect(try call(caller, row.action, row.body).error == row.error)
    }
}
