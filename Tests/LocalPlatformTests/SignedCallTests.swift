internal import AWSSignature
internal import Codecs
import Testing

@testable internal import LocalPlatform

@Suite("Calls of the local AWS")
struct SignedCallTests {
    private static let call = AWSCaller.Call.secretValue(#"{"SecretId":"seal"}"#)

    @Test("A call that is signed with the process's own credentials is answered")
    func accepted() throws {
        let fixture = try LocalAWSFixture()
        let (caller, endpoint) = try fixture.caller()
        defer { endpoint.stop() }
        let answer = try caller.send(Self.call)
        #expect(answer.status == 200)
        #expect(answer.body["SecretString"]?.text?.utf8.count == 64)
        #expect(fixture.refusals == [])
    }

    @Test("A wrong secret key, and one changed byte, are refused in each service's form, and said")
    func mismatch() throws {
        let fixture = try LocalAWSFixture()
        let (caller, endpoint) = try fixture.caller()
        defer { endpoint.stop() }
        let own = caller.access.credentials
        let wrong = AWSCredentials(
            accessKeyID: own.accessKeyID, secretAccessKey: "wrong", sessionToken: own.sessionToken)
        let calls = [Self.call, .sendEmail("{}"), .putEvents(#"{"Entries":[]}"#)]
        for call in calls {
            let refused = try caller.send(call, as: wrong)
            #expect(refused.status == 403)
            #expect(refused.error == "InvalidSignatureException")
            #expect(try caller.send(call, sending: call.body + " ").error == "InvalidSignatureException")
        }
        #expect(
            Set(fixture.refusals) == [
                "secretsmanager:GetSecretValue InvalidSignatureException",
                "ses:SendEmail InvalidSignatureException", "events:PutEvents InvalidSignatureException",
            ])
    }

    @Test("Credentials of another function's process, an old token and no signature at all are refused")
    func foreign() throws {
        let fixture = try LocalAWSFixture()
        let (caller, endpoint) = try fixture.caller()
        let (other, otherEndpoint) = try fixture.caller("ledger-audit")
        defer {
            endpoint.stop()
            otherEndpoint.stop()
        }
        let own = caller.access.credentials
        #expect(own.accessKeyID != other.access.credentials.accessKeyID)
        #expect(try caller.send(Self.call, as: other.access.credentials).error == "UnrecognizedClientException")
        let stale = AWSCredentials(
            accessKeyID: own.accessKeyID, secretAccessKey: own.secretAccessKey, sessionToken: "old")
        #expect(try caller.send(Self.call, as: stale).error == "UnrecognizedClientException")
        let unsigned = try caller.sendUnsigned(Self.call)
        #expect(unsigned.status == 403)
        #expect(unsigned.error == "MissingAuthenticationTokenException")
    }

    @Test(
        "A signature for another service or region is refused",
        arguments: [("events", "us-east-1"), ("ses", "eu-west-1")])
    func scope(service: String, region: String) throws {
        let fixture = try LocalAWSFixture()
        let (caller, endpoint) = try fixture.caller()
        defer { endpoint.stop() }
        var call = AWSCaller.Call.sendEmail("{}")
        call.service = service
        call.region = region
        #expect(try caller.send(call).error == "InvalidSignatureException")
    }

    @Test(
        "What is not played is an unknown operation, and said",
        arguments: [
            AWSCaller.Call(target: "secretsmanager.DeleteSecret", service: "secretsmanager", body: "{}"),
            AWSCaller.Call(target: "AWSEvents.PutRule", service: "events", body: "{}"),
            AWSCaller.Call(path: "/v2/email/identities", service: "ses", body: "{}"),
            AWSCaller.Call(target: "DynamoDB_20120810.PutItem", service: "dynamodb", body: "{}"),
        ])
    func unknown(call: AWSCaller.Call) throws {
        let fixture = try LocalAWSFixture()
        let (caller, endpoint) = try fixture.caller()
        defer { endpoint.stop() }
        let answer = try caller.send(call)
        #expect(answer.status >= 400)
        #expect(answer.error == "UnknownOperationException")
        #expect(fixture.refusals.count == 1)
    }

    @Test("A body that is no JSON object is refused", arguments: ["", "[]", "{", "null"])
    func malformed(body: String) throws {
        let fixture = try LocalAWSFixture()
        let (caller, endpoint) = try fixture.caller()
        defer { endpoint.stop() }
        #expect(try caller.send(.putEvents(body)).error == "SerializationException")
    }
}
