import AWSClient
import AWSSignature
import Codecs
import HTTPTransport
import Testing

@Suite("moto refuses")
struct RefusedCallsTests {
    enum Operation: String, CaseIterable, Sendable {
        case sendEmail, putEvents, getSecretValue, putSecretValue, putObject

        func perform(_ client: AWSClient) throws(AWSError) {
            switch self {
            case .sendEmail:
                _ = try client.sendEmail(
                    OutgoingEmail(
                        from: MotoAccount.sender, to: "reader@example.com", subject: "s", text: "t", html: "<p>t</p>"),
                    call: AWSCall())
            case .putEvents:
                let entry = EventEntry(
                    source: "nerdwork.refused", detailType: "Tested", detail: Array("{}".utf8), bus: MotoAccount.bus)
                _ = try client.putEvents([entry], call: AWSCall())
            case .getSecretValue:
                _ = try client.secretValue(MotoAccount.secretName, call: AWSCall())
            case .putSecretValue:
                try client.putSecretValue(
                    MotoAccount.secretName, Array("refused".utf8), token: String(repeating: "r", count: 32),
                    call: AWSCall())
            case .putObject:
                let object = StoredObject(key: "refused", contentType: "text/plain", body: Array("refused".utf8))
                guard let bucket = Bucket(MotoAccount.bucket) else { throw AWSError(.configuration) }
                try client.putObject(object, into: bucket, call: AWSCall())
            }
        }
    }

    private func refusal(_ operation: Operation, _ credentials: AWSCredentials) throws -> AWSError? {
        let client = try MotoAccount.shared().client(credentials)
        do throws(AWSError) {
            try operation.perform(client)
            return nil
        } catch {
            return error
        }
    }

    @Test("each call with a wrong secret", arguments: Operation.allCases)
    func wrongSecret(operation: Operation) throws {
        let function = try MotoAccount.shared().function
        var secret = Array(function.secretAccessKey.utf8)
        secret[0] = secret[0] == 0x41 ? 0x42 : 0x41
        let error = try refusal(
            operation,
            AWSCredentials(
                accessKeyID: function.accessKeyID, secretAccessKey: String(decoding: secret, as: UTF8.self)))
        #expect(error?.status == 403 && error?.code == .credentials, "\(String(describing: error))")
    }

    @Test("each call with an unknown key", arguments: Operation.allCases)
    func unknownKey(operation: Operation) throws {
        let error = try refusal(
            operation, AWSCredentials(accessKeyID: "AKIAUNKNOWN", secretAccessKey: "secret"))
        #expect(error?.status == 403 && error?.code == .credentials, "\(String(describing: error))")
    }

    @Test("each call that the policy does not allow", arguments: Operation.allCases)
    func missingPermission(operation: Operation) throws {
        let error = try refusal(operation, MotoAccount.shared().powerless)
        #expect(error?.status == 403 && error?.code == .credentials, "\(String(describing: error))")
    }

    @Test("what a role may not do, and a session token that is not the key's")
    func role() throws {
        let role = try MotoAccount.shared().assumedRole()
        #expect(try refusal(.getSecretValue, role) == nil)
        #expect(try refusal(.putEvents, role)?.status == 403)
        let other = AWSCredentials(
            accessKeyID: role.accessKeyID, secretAccessKey: role.secretAccessKey, sessionToken: "other")
        #expect(try refusal(.getSecretValue, other)?.status == 403)
    }

    @Test("the reason is told: another signature, or no permission")
    func reasons() throws {
        let account = try MotoAccount.shared()
        let call = MotoCall.json(
            account.server, service: "secretsmanager", target: "secretsmanager.GetSecretValue",
            #"{"SecretId":"\#(MotoAccount.secretName)"}"#)
        let wrong = AWSCredentials(accessKeyID: account.function.accessKeyID, secretAccessKey: "wrong")
        #expect(try call.signedAndSent(wrong).text.containsText("SignatureDoesNotMatch"))
        #expect(try call.signedAndSent(account.powerless).text.containsText("AccessDenied"))
        #expect(try call.signedAndSent(account.function).status == 200)
    }

    struct Change: Sendable, CustomStringConvertible {
        let description: String
        let apply: @Sendable (inout SignableRequest) -> Void

        init(_ description: String, _ apply: @escaping @Sendable (inout SignableRequest) -> Void) {
            self.description = description
            self.apply = apply
        }
    }

    static func replace(_ name: String, in request: inout SignableRequest, with value: (String) -> String) {
        for index in request.headers.indices where request.headers[index].name == name {
            request.headers[index].value = value(request.headers[index].value)
        }
    }

    static let changes = [
        Change("a byte of the body") { $0.payload = .bytes(Array(#"{"SecretId": "nerdwork/test"}"#.utf8)) },
        Change("a signed field") { replace("X-Note", in: &$0) { "\($0)." } },
        Change("the content's type") { replace("Content-Type", in: &$0) { _ in "application/x-amz-json-1.0" } },
        Change("the time") { replace("X-Amz-Date", in: &$0) { "\($0.dropLast(2))\($0.hasSuffix("0Z") ? 1 : 0)Z" } },
        Change("the last digit of the signature") {
            replace("Authorization", in: &$0) { "\($0.dropLast())\($0.hasSuffix("0") ? 1 : 0)" }
        },
        Change("the query") { $0.query = "a=1&b=3" },
    ]

    @Test("a request in which something changed after it was signed", arguments: changes)
    func changed(change: Change) throws {
        let account = try MotoAccount.shared()
        var call = MotoCall.json(
            account.server, service: "secretsmanager", target: "secretsmanager.GetSecretValue",
            #"{"SecretId":"nerdwork/test"}"#)
        call.request.query = "a=1&b=2"
        call.request.headers.append(("X-Note", "a note"))
        try call.sign(account.function)
        #expect(try call.send().status == 200)
        change.apply(&call.request)
        let answer = try call.send()
        #expect(answer.status == 403 && answer.text.containsText("SignatureDoesNotMatch"), "\(answer.text)")
    }
}
