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

    /// API reference, "RotateSecret": while AWSPENDING stands at another version than AWSCURRENT, the rotation before counts
    /// as one that goes on.
    @Test("A rotation that was not finished goes on with the next one; one that was does not")
    func goesOn() throws {
        let fixture = try LocalAWSFixture()
        let (caller, endpoint) = try fixture.caller()
        defer { endpoint.stop() }
        let secrets = fixture.aws.secrets
        let former = try #require(try labels(caller).keys.first)
        let first = try secrets.beginRotation("seal")
        #expect(try secrets.beginRotation("seal") == first)
        _ = try secrets.put("seal", "second", token: first, stages: ["AWSPENDING"])
        #expect(try secrets.beginRotation("seal") == first)
        #expect(try value(caller, "AWSPENDING") == "second")
        let move =
            #"{"SecretId":"seal","VersionStage":"AWSCURRENT","MoveToVersionId":"\#(first)","RemoveFromVersionId":"\#(former)"}"#
        #expect(try call(caller, "UpdateSecretVersionStage", move).status == 200)
        let second = try secrets.beginRotation("seal")
        #expect(try labels(caller) == [former: ["AWSPREVIOUS"], first: ["AWSCURRENT"], second: ["AWSPENDING"]])
        #expect(throws: LocalError.self) { try secrets.beginRotation("nothing") }
    }

    /// A function that rotates: it writes down the steps, makes a value and moves the label.
    private final class Rotator {
        let secrets: SecretStore
        let rotation: SecretRotation
        var steps: [String] = []
        var failing: String?
        var promotes = true
        var token = ""
        private let folder: String

        init() throws {
            folder = try LocalAWSFixture.makeFolder()
            let template = try Template(parsing: Array(SecretRotationTests.template.utf8))
            #expect(template.unsupported == [])
            secrets = try SecretStore(
                folder: "\(folder)/.nerdwork", definitions: template.secrets, keyFolder: "\(folder)/user")
            rotation = SecretRotation(secrets)
        }

        deinit { _ = try? Command.run("/bin/rm", ["-rf", folder], environment: [:], folder: "/") }

        func run(_ id: String) throws -> SecretRotation.Outcome {
            try rotation.run(id) { (function, payload) throws(LocalError) in
                do { return try answer(function, payload) } catch { throw LocalError(.software, "\(error)") }
            }
        }

        func answer(_ function: String, _ payload: [UInt8]) throws -> InvocationResult {
            let event = try JSONTree(parsing: payload)
            let step = event["Step"]?.text ?? ""
            #expect(function == "loyalty" && event.members.map(\.name) == ["Step", "SecretId", "ClientRequestToken"])
            #expect(event["SecretId"]?.text == secrets.definition("login")?.arn)
            token = event["ClientRequestToken"]?.text ?? ""
            steps.append(step)
            if step == failing { return Self.result(.failure(Array(#"{"errorType":"E","errorMessage":"no"}"#.utf8))) }
            if step == "createSecret" {
                _ = try secrets.put("login", "new", token: token, stages: [SecretRecord.pending])
            }
            if step == "finishSecret", promotes {
                _ = try secrets.change("login") { $0.move(SecretRecord.current, to: token) }
            }
            return Self.result(.response(Array("null".utf8)))
        }

        private static func result(_ outcome: InvocationResult.Outcome) -> InvocationResult {
            InvocationResult(
                outcome: outcome,
                report: InvocationReport(
                    requestID: "r", durationMicroseconds: 0, initMicroseconds: nil, memoryMegabytes: 128,
                    peakMemoryBytes: 0, status: nil))
        }
    }

    private static let steps = ["createSecret", "setSecret", "testSecret", "finishSecret"]

    private static let template =
        #"""
        {"Resources":{
          "F":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"nerdwork-loyalty","Handler":"b",
            "Code":{"S3Key":"loyalty.zip"}}},
          "L":{"Type":"AWS::SecretsManager::Secret","Properties":{"Name":"login","SecretString":"old"}},
          "O":{"Type":"AWS::SecretsManager::Secret","Properties":{"Name":"other","SecretString":"{}"}},
          "R":{"Type":"AWS::SecretsManager::RotationSchedule","Properties":{"SecretId":{"Ref":"L"},
            "RotationLambdaARN":{"Fn::GetAtt":["F","Arn"]}}}}}
        """#

    /// Secrets Manager user guide, "Rotation by Lambda function".
    @Test("The template's function is asked for the four steps, with the version's id")
    func fourSteps() throws {
        let rotator = try Rotator()
        #expect(try rotator.run("login") == .rotated)
        #expect(rotator.steps == Self.steps)
        #expect(try rotator.secrets.currentValue("login") == "new")
        let record = try rotator.secrets.secret("login")
        #expect(record?.version(id: nil, stage: SecretRecord.previous)?.value == "old")
        #expect(throws: LocalError.self) { try rotator.run("other") }
        #expect(throws: LocalError.self) { try rotator.run("nothing") }
    }

    @Test("The first step that fails is the end, the old value stays, and the next rotation goes on with the version")
    func failingStep() throws {
        let rotator = try Rotator()
        rotator.failing = "setSecret"
        #expect(try rotator.run("login") == .failed(.setSecret, type: "E", message: "no"))
        #expect(rotator.steps == ["createSecret", "setSecret"])
        #expect(try rotator.secrets.currentValue("login") == "old")
        let token = rotator.token
        (rotator.failing, rotator.steps) = (nil, [])
        #expect(try rotator.run("login") == .rotated)
        #expect(rotator.steps == Self.steps && rotator.token == token)
        #expect(try rotator.secrets.currentValue("login") == "new")
    }

    @Test("A rotation without a function of the template's is named, and the secret has none here")
    func hosted() throws {
        let hosted = Self.template.replacing(
            #""RotationLambdaARN":{"Fn::GetAtt":["F","Arn"]}"#,
            with: #""HostedRotationLambda":{"RotationType":"PostgreSQLSingleUser"}"#)
        let template = try Template(parsing: Array(hosted.utf8))
        #expect(template.unsupported.map(\.name) == ["R"])
        #expect(template.secrets.allSatisfy { $0.rotator == nil })
    }

    @Test("A function that says it has finished and has not is found out")
    func notFinished() throws {
        let rotator = try Rotator()
        rotator.promotes = false
        let outcome = try rotator.run("login")
        #expect(rotator.steps == Self.steps)
        guard case .failed(.finishSecret, _, _) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(try rotator.secrets.currentValue("login") == "old")
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
