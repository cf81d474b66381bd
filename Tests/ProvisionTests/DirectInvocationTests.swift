import AuthKeys
import LambdaRuntime
import PostgresClient
import Testing

@testable import ProvisionService

struct DirectInvocationTests {
    @Test("an invocation by hand migrates and tells what it did", arguments: ["{}", #"{"action":"migrate"}"#])
    func migrates(payload: String) throws {
        #expect(
            try CustomResourceTests.invoke(Array(payload.utf8)) == """
                {"version":6,"applied":[{"number":6,"name":"loyalty"}],\
                "logins":[{"role":"nerdwork_loyalty","changed":true}]}
                """)
    }

    @Test(
        "each task by hand",
        arguments: [
            (#"{"action":"rotate-keys"}"#, .keys(.nothing)), (#"{"action":"rotate-root"}"#, .keys(.newRoot)),
            (#"{"action":"revoke-key","kid":"k-1"}"#, .keys(.revoke(kid: "k-1"))),
            (#"{"kid":"k-1","action":"revoke-key"}"#, .keys(.revoke(kid: "k-1"))),
        ] as [(String, ProvisionTask)])
    func tasks(payload: String, task: ProvisionTask) throws {
        let keys = KeyReport(changes: [.generate(.next)], active: "k-2", published: 2)
        let answer = try CustomResourceTests.invoke(Array(payload.utf8)) { _, asked, _ in
            #expect(asked == task)
            return ProvisionReport(keys: keys)
        }
        #expect(answer == #"{"keys":{"active":"k-2","published":2,"changes":["made the next key"]}}"#)
    }

    /// As Secrets Manager sends it (user guide, "Rotation by Lambda function").
    @Test(
        "each step of a secret's rotation",
        arguments: [
            ("createSecret", .create), ("setSecret", .set), ("testSecret", .test), ("finishSecret", .finish),
        ] as [(String, RotationRequest.Step)])
    func rotation(name: String, step: RotationRequest.Step) throws {
        let arn = "arn:aws:secretsmanager:us-east-2:111122223333:secret:DatabaseSecret-AbCdEf"
        let token = "51f72378-6a5d-5dc7-8fd8-29e4319f482a"
        let payload = """
            {"ClientRequestToken":"\(token)","SecretId":"\(arn)","Step":"\(name)","RotationToken":"x"}
            """
        let answer = try CustomResourceTests.invoke(Array(payload.utf8)) { _, asked, _ in
            #expect(asked == .secret(RotationRequest(step, secret: arn, token: token)))
            return ProvisionReport(rotation: .init(name: "nerdwork_loyalty", step: step, isChanged: true))
        }
        #expect(answer == #"{"rotation":{"secret":"nerdwork_loyalty","step":"\#(name)","changed":true}}"#)
    }

    private static func step(_ name: String, _ secret: String, _ token: String) -> String {
        #"{"Step":"\#(name)","SecretId":\#(secret),"ClientRequestToken":"\#(token)"}"#
    }

    @Test(
        "anything else is a function error",
        arguments: [
            (#"{"action":"drop"}"#, "Function.UnknownEvent"), (#"{"action":"migrate","x":1}"#, "Function.UnknownEvent"),
            (#"{"action":"revoke-key"}"#, "Function.UnknownEvent"),
            (#"{"action":"revoke-key","kid":""}"#, "Function.UnknownEvent"),
            (#"{"action":"revoke-key","kid":1}"#, "Function.UnknownEvent"),
            (#"{"action":"rotate-keys","kid":"k"}"#, "Function.UnknownEvent"),
            (#"{"kid":"revoke-key"}"#, "Function.UnknownEvent"),
            ("[]", "Function.UnknownEvent"), ("null", "Function.UnknownEvent"), ("{", "Function.MalformedEvent"),
            (#"{"RequestType":"Create","ResponseURL":"https://x"}"#, "Function.MalformedEvent"),
            (#"{"Step":"createSecret","SecretId":"a"}"#, "Function.UnknownEvent"),
            (Self.step("create_secret", #""a""#, "51f72378-6a5d-5dc7-8fd8-29e4319f482a"), "Function.MalformedEvent"),
            (Self.step("setSecret", #""a""#, "short"), "Function.MalformedEvent"),
            (Self.step("setSecret", "1", "51f72378-6a5d-5dc7-8fd8-29e4319f482a"), "Function.MalformedEvent"),
        ])
    func refuses(payload: String, type: String) {
        let error = #expect(throws: FunctionError.self) {
            try CustomResourceTests.invoke(Array(payload.utf8)) { _, _, _ in
                Issue.record("it reached the database")
                return CustomResourceTests.report
            }
        }
        #expect(error?.type == type)
    }

    @Test("a failure by hand is a function error with the reason")
    func fails() {
        let error = #expect(throws: FunctionError.self) {
            try CustomResourceTests.invoke(Array("{}".utf8)) { _, _, _ in throw DatabaseError(.deadline, "no time") }
        }
        #expect(error?.type == "Function.ProvisionFailed")
        #expect(error?.message == "database: deadline: no time")
    }
}
