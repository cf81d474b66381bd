import AWSSignature
import Codecs
import TestSupport
import Testing

@testable import AWSClient

@Suite("Credentials and clocks")
struct CredentialTests {
    private static let ok = ScriptedService.Step.answer(200, #"{"SecretString":"s"}"#)

    @Test("The signature names key, day, region and service; a session token goes along")
    func signature() throws {
        let service = try ScriptedService([Self.ok])
        let client = client(service, TestTime(), ["AWS_SESSION_TOKEN": "token/+="])
        _ = try client.secretValue("a", call: AWSCall())
        let request = try #require(service.received.first)
        let authorization = try #require(request.field("Authorization"))
        // 1,800,000,000 s is 2027-01-15T08:00:00Z.
        let scope = "Credential=AKIDEXAMPLE/20270115/eu-west-1/secretsmanager/aws4_request"
        #expect(authorization.hasPrefix("AWS4-HMAC-SHA256 \(scope), SignedHeaders=content-type;host;x-amz-date;"))
        #expect(request.field("X-Amz-Date") == "20270115T080000Z")
        #expect(request.field("X-Amz-Security-Token") == "token/+=")
    }

    @Test("The variables are read at each call")
    func variables() throws {
        let service = try ScriptedService([Self.ok])
        let time = TestTime()
        var key = "AKIDONE"
        let client = AWSClient(
            environment: { name in
                switch name {
                case "AWS_ENDPOINT_URL": service.url
                case "AWS_REGION": "eu-west-1"
                case "AWS_ACCESS_KEY_ID": key
                case "AWS_SECRET_ACCESS_KEY": "secret"
                default: nil
                }
            }, now: { time.now })
        _ = try client.secretValue("a", call: AWSCall())
        key = "AKIDTWO"
        _ = try client.secretValue("a", call: AWSCall())
        let keys = service.received.map { $0.field("Authorization")?.split(separator: "/").first.map(String.init) }
        #expect(keys == ["AWS4-HMAC-SHA256 Credential=AKIDONE", "AWS4-HMAC-SHA256 Credential=AKIDTWO"])
    }

    @Test(
        "A clock that is wrong is set by the refusal's Date, once, and stays right",
        arguments: ["RequestTimeTooSkewed", "SignatureDoesNotMatch", "InvalidSignatureException", "RequestExpired"])
    func skew(code: String) throws {
        let refusal = ScriptedService.Step.answer(
            403, [("Date", "Fri, 15 Jan 2027 09:00:00 GMT")], #"{"__type":"\#(code)"}"#)
        let service = try ScriptedService([refusal, .answer(200, #"{"MessageId":"m"}"#)])
        let client = client(service)
        _ = try client.sendEmail(.sample, call: AWSCall())
        _ = try client.sendEmail(.sample, call: AWSCall())
        let dates = service.received.map { $0.field("X-Amz-Date") }
        #expect(dates == ["20270115T080000Z", "20270115T090000Z", "20270115T090000Z"])
    }

    @Test("With the right clock a wrong signature is refused for good; the clock is corrected once in a call")
    func wrongSecret() throws {
        let fresh = ScriptedService.Step.answer(
            403, [("Date", "Fri, 15 Jan 2027 08:01:00 GMT")], #"{"__type":"SignatureDoesNotMatch"}"#)
        let skewed = ScriptedService.Step.answer(
            403, [("Date", "Fri, 15 Jan 2027 09:00:00 GMT")], #"{"__type":"SignatureDoesNotMatch"}"#)
        for (step, requests) in [(fresh, 1), (skewed, 2)] {
            let service = try ScriptedService([step])
            let error = #expect(throws: AWSError.self) { try client(service).secretValue("a", call: AWSCall()) }
            #expect(error?.code == .credentials && error?.serviceCode == "SignatureDoesNotMatch")
            #expect(service.received.count == requests)
        }
    }

    // MARK: Containers

    private func container(_ service: ScriptedService, _ endpoint: ScriptedService, _ time: TestTime) -> AWSClient {
        client(
            service, time,
            [
                "AWS_ACCESS_KEY_ID": "", "AWS_CONTAINER_CREDENTIALS_FULL_URI": endpoint.url + "/role",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Bearer abc",
            ])
    }

    private static func credentials(_ key: String, expires: String = "2027-01-15T14:00:00Z") -> ScriptedService.Step {
        .answer(
            200,
            #"{"AccessKeyId":"\#(key)","SecretAccessKey":"s","Token":"t","Expiration":"\#(expires)","RoleArn":"x"}"#)
    }

    @Test("A container's credentials are fetched with the token, kept, and renewed before they end")
    func containerRefresh() throws {
        let service = try ScriptedService([Self.ok])
        let endpoint = try ScriptedService([
            Self.credentials("ONE"), Self.credentials("TWO", expires: "2027-01-15T20:00:00Z"),
        ])
        let time = TestTime()
        let client = container(service, endpoint, time)
        // Six hours: from 10 minutes before their end they are not used.
        for minutes in [0, 300, 344, 351, 360] {
            time.now = Timestamp(millisecondsSince1970: 1_800_000_000_000 + Int64(minutes) * 60_000)
            _ = try client.secretValue("a", call: AWSCall())
        }
        let keys = service.received.compactMap { $0.field("Authorization")?.split(separator: "/").first?.suffix(3) }
        #expect(keys == ["ONE", "ONE", "ONE", "TWO", "TWO"])
        #expect(endpoint.received.count == 2)
        #expect(endpoint.received[0].target == "GET /role HTTP/1.1")
        #expect(endpoint.received[0].field("Authorization") == "Bearer abc")
    }

    @Test("While the endpoint is down, credentials that have not ended go on being used; then the call fails")
    func containerDown() throws {
        let service = try ScriptedService([Self.ok])
        let endpoint = try ScriptedService([Self.credentials("ONE"), .answer(500, "no secret here")])
        let time = TestTime()
        let client = container(service, endpoint, time)
        _ = try client.secretValue("a", call: AWSCall())
        time.now = Timestamp(millisecondsSince1970: 1_800_000_000_000 + 346 * 60_000)
        _ = try client.secretValue("a", call: AWSCall())
        #expect(endpoint.received.count == 1 + 3, "three attempts")
        _ = try client.secretValue("a", call: AWSCall())
        #expect(endpoint.received.count == 4, "not again within a minute")
        time.now = Timestamp(millisecondsSince1970: 1_800_000_000_000 + 351 * 60_000)
        let error = #expect(throws: AWSError.self) { try client.secretValue("a", call: AWSCall()) }
        #expect(error?.code == .credentials && error?.status == 500)
        #expect(service.received.count == 3)
    }

    @Test("Credentials that the service calls expired are fetched anew, once")
    func expired() throws {
        let refusal = ScriptedService.Step.answer(400, #"{"__type":"ExpiredTokenException"}"#)
        let service = try ScriptedService([refusal, Self.ok, refusal])
        let endpoint = try ScriptedService([Self.credentials("ONE"), Self.credentials("TWO")])
        let client = container(service, endpoint, TestTime())
        _ = try client.secretValue("a", call: AWSCall())
        #expect(endpoint.received.count == 2 && service.received.count == 2)
        let error = #expect(throws: AWSError.self) { try client.secretValue("a", call: AWSCall()) }
        #expect(error?.code == .credentials && error?.serviceCode == "ExpiredTokenException")
        #expect(endpoint.received.count == 3 && service.received.count == 4)
    }

    @Test("From variables there are no newer ones: an expired token ends the call")
    func expiredVariables() throws {
        let service = try ScriptedService([.answer(400, #"{"__type":"ExpiredTokenException"}"#)])
        let error = #expect(throws: AWSError.self) { try client(service).secretValue("a", call: AWSCall()) }
        #expect(error?.code == .credentials)
        #expect(service.received.count == 1)
    }

    @Test(
        "An endpoint that answers in another form: an error without what it said",
        arguments: [
            "", "[]", "secret", #"{"AccessKeyId":"secret"}"#, #"{"AccessKeyId":1,"SecretAccessKey":"secret"}"#,
            #"{"AccessKeyId":"a","SecretAccessKey":"secret","Token":"t","Expiration":"tomorrow"}"#,
        ])
    func malformed(body: String) throws {
        let service = try ScriptedService([Self.ok])
        let endpoint = try ScriptedService([.answer(200, body)])
        let error = #expect(throws: AWSError.self) {
            try container(service, endpoint, TestTime()).secretValue("a", call: AWSCall())
        }
        #expect(error?.code == .credentials)
        #expect(error?.description.contains("secret") == false)
        #expect(service.received.isEmpty)
    }

    @Test("Neither an error nor printed credentials show a secret")
    func nothingSecret() {
        let credentials = AWSCredentials(accessKeyID: "AKID", secretAccessKey: "hidden", sessionToken: "hidden")
        #expect(!"\(credentials)".contains("hidden") && !String(reflecting: credentials).contains("hidden"))
        var text = ""
        dump(credentials, to: &text)
        #expect(!text.contains("hidden"))
    }
}
