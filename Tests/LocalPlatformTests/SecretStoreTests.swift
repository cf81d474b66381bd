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

        let again = try SecretStore(
            folder: "\(fixture.folder)/.nerdwork", definitions: LocalAWSFixture.template.secrets)
        #expect(try again.currentValue("seal") == store.currentValue("seal"))
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
            let value = try? SecretStore(folder: folder, definitions: definitions).currentValue("seal")
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
