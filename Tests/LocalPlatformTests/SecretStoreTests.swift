internal import Platform
internal import Synchronization
internal import TestSupport
import Testing

@testable internal import LocalPlatform

@Suite("Secrets Manager, played locally")
struct SecretStoreTests {
    @Test("Values follow the template's rules, last, and are readable by their owner alone")
    func values() throws {
        let fixture = try LocalAWSFixture()
        let store = fixture.aws.secrets
        #expect(try store.currentValue("seal").contains(/^[A-Za-z0-9]{64}$/))
        let login = try JSONTree(parsing: Array(try store.currentValue("Login").utf8))
        #expect(login.members.map(\.name) == ["username", "password"])
        #expect(login["username"]?.text == "nerdwork_loyalty")
        let password = try #require(login["password"]?.text)
        #expect(password.utf8.count == 40)
        #expect(!password.contains(/[abc"@\/\\]/), "\(password)")
        for kind in [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/] { #expect(password.contains(kind)) }
        #expect(Files.status(of: store.path)?.st_mode == S_IFREG | 0o600)

        let again = try fixture.store()
        #expect(try again.currentValue("seal") == store.currentValue("seal"))
    }

    @Test("The file holds no value in clear, and its key is elsewhere, for its owner alone")
    func encrypted() throws {
        let fixture = try LocalAWSFixture()
        let value = try fixture.aws.secrets.currentValue("seal")
        let content = try Files.read(fixture.aws.secrets.path)
        #expect(!String(decoding: content, as: UTF8.self).contains(value.prefix(8)))
        let key = "\(fixture.keyFolder)/local-secrets.key"
        #expect(try Files.read(key).count == 32)
        #expect(Files.status(of: key)?.st_mode == S_IFREG | 0o600)
        #expect(!key.hasPrefix("\(fixture.folder)/.nerdwork"))

        try Files.replace(key, with: Array(repeating: 7, count: 32))
        #expect(throws: LocalError.self) { try fixture.aws.secrets.currentValue("seal") }
    }

    @Test("Secrets that an older version left in clear are taken over, and nothing of them stays")
    func takenOver() throws {
        let fixture = try LocalAWSFixture()
        let arn = try #require(try LocalAWSFixture.template.secrets.first { $0.name == "seal" }?.arn)
        let clear = "\(fixture.folder)/.nerdwork/secrets.json"
        try Files.write(
            """
            {"secrets":[{"name":"seal","arn":"\(arn)","versions":[{"id":"1","stages":["AWSCURRENT"],
            "createdAt":"2026-11-21T06:15:00.000Z","value":"kept"}]}]}
            """, to: clear)
        _ = unsafe unlink(fixture.aws.secrets.path)
        #expect(try fixture.store().currentValue("seal") == "kept")
        #expect(!Files.exists(clear))
        #expect(try fixture.store().currentValue("seal") == "kept")
    }

    @Test(
        "A written value is the current one; its token written again changes nothing, with another value it is refused")
    func written() throws {
        let fixture = try LocalAWSFixture()
        let (caller, endpoint) = try fixture.caller("provision")
        defer { endpoint.stop() }
        func put(_ value: String, _ token: Int) throws -> AWSCaller.Answer {
            let token = "00000000-0000-4000-8000-00000000000\(token)"
            return try caller.send(
                .putSecretValue(#"{"SecretId":"keys","SecretString":"\#(value)","ClientRequestToken":"\#(token)"}"#))
        }
        #expect(try fixture.aws.secrets.currentValue("keys") == "{}")
        let first = try put("one", 1)
        #expect(first.body["VersionStages"] == .array([.string("AWSCURRENT")]))
        #expect(first.body["VersionId"]?.text == "00000000-0000-4000-8000-000000000001")
        #expect(try put("one", 1).status == 200)
        #expect(try put("two", 1).error == "ResourceExistsException")
        #expect(try put("two", 2).status == 200)
        #expect(try fixture.aws.secrets.currentValue("keys") == "two")
        let before = try caller.send(.secretValue(#"{"SecretId":"keys","VersionStage":"AWSPREVIOUS"}"#))
        #expect(before.body["SecretString"]?.text == "one")
        #expect(throws: LocalError.self) { try fixture.aws.secrets.rotate("keys") }
    }

    @Test("A rotation keeps the value before as AWSPREVIOUS, and forgets older ones")
    func rotation() throws {
        let fixture = try LocalAWSFixture()
        let (caller, endpoint) = try fixture.caller()
        defer { endpoint.stop() }
        let first = try fixture.aws.secrets.currentValue("seal")
        let missing = try caller.send(.secretValue(#"{"SecretId":"seal","VersionStage":"AWSPREVIOUS"}"#))
        #expect(missing.error == "ResourceNotFoundException")

        try fixture.aws.secrets.rotate("seal")
        let second = try caller.send(.secretValue(#"{"SecretId":"seal"}"#)).body
        #expect(second["SecretString"]?.text != first)
        #expect(second["VersionStages"] == .array([.string("AWSCURRENT")]))
        let previous = try caller.send(.secretValue(#"{"SecretId":"seal","VersionStage":"AWSPREVIOUS"}"#)).body
        #expect(previous["SecretString"]?.text == first)

        try fixture.aws.secrets.rotate("seal")
        let third = try caller.send(.secretValue(#"{"SecretId":"seal","VersionStage":"AWSPREVIOUS"}"#)).body
        #expect(third["SecretString"] == second["SecretString"])
        #expect(try fixture.aws.secrets.secret("seal")?.versions.count == 2)
    }

    @Test(
        "Refuses what is not there, by the names of the service",
        arguments: [
            (#"{"SecretId":"nothing"}"#, "ResourceNotFoundException"),
            (#"{"SecretId":"seal","VersionId":"00000000-0000-4000-8000-000000000000"}"#, "ResourceNotFoundException"),
            (#"{"SecretId":"seal","VersionStage":"AWSPENDING"}"#, "ResourceNotFoundException"),
            (#"{"SecretId":""}"#, "ValidationException"), (#"{}"#, "ValidationException"),
            (#"{"SecretId":5}"#, "SerializationException"),
        ])
    func refused(body: String, error: String) throws {
        let fixture = try LocalAWSFixture()
        let (caller, endpoint) = try fixture.caller()
        defer { endpoint.stop() }
        let answer = try caller.send(.secretValue(body))
        #expect(answer.status == 400)
        #expect(answer.error == error)
    }

    @Test("A secret is found by its ARN, which Ref gives")
    func arn() throws {
        let fixture = try LocalAWSFixture()
        let arn = try #require(try LocalAWSFixture.template.secrets.first { $0.name == "seal" }?.arn)
        #expect(arn.hasPrefix("arn:aws:secretsmanager:us-east-1:123456789012:secret:seal-"))
        #expect(try fixture.aws.secrets.secret(arn)?.name == "seal")
    }

    @Test("Tools that start at the same moment agree on the values")
    func concurrent() throws {
        let folder = try LocalAWSFixture.makeFolder()
        defer { _ = try? Command.run("/bin/rm", ["-rf", folder], environment: [:], folder: "/") }
        let definitions = try LocalAWSFixture.template.secrets
        let values = Mutex<[String]>([])
        concurrently(8) { _ in
            let store = try? SecretStore(folder: folder, definitions: definitions, keyFolder: "\(folder)/keys")
            let value = try? store?.currentValue("seal")
            values.withLock { $0.append(value ?? "") }
        }
        let found = values.withLock { $0 }
        #expect(found.count == 8)
        #expect(Set(found).count == 1)
        #expect(found.first?.utf8.count == 64)
    }

    @Test(
        "Rules that cannot be followed are refused",
        arguments: [
            #"{"PasswordLength":0}"#, #"{"PasswordLength":3}"#, #"{"Unknown":true}"#,
            #"{"ExcludeLowercase":true,"ExcludeUppercase":true,"ExcludeNumbers":true,"ExcludePunctuation":true}"#,
        ])
    func impossible(rule: String) throws {
        let tree = try JSONTree(parsing: Array(rule.utf8))
        #expect(throws: LocalError.self) { try PasswordRule(tree, of: "X") }
    }
}
