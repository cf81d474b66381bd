internal import Platform
internal import Synchronization
import Testing

@testable internal import LocalPlatform

/// A local AWS with a bus, secrets, a sender and a configuration set, in a folder that is removed at the end.
///
/// Its functions may do everything; what they may not do in AWS is the matter of other tests.
final class LocalAWSFixture {
    let folder: String
    let aws: LocalAWS
    private let notices = Notices()

    private final class Notices: Sendable {
        let all = Mutex<[AWSNotice]>([])
    }

    init() throws {
        folder = try Self.makeFolder()
        let notices = notices
        aws = try LocalAWS(
            folder: "\(folder)/.nerdwork", template: try Self.template, keyFolder: "\(folder)/user"
        ) { notice in
            notices.all.withLock { $0.append(notice) }
        }
    }

    /// Where the key of the secrets is.
    var keyFolder: String { "\(folder)/user" }

    /// The secrets as another process of this machine sees them.
    func store() throws -> SecretStore {
        try SecretStore(
            folder: "\(folder)/.nerdwork", definitions: Self.template.secrets, keyFolder: keyFolder)
    }

    /// Calls as a process of the function would.
    func caller(_ function: String = "loyalty") throws -> (AWSCaller, AWSEndpoint) {
        let endpoint = try aws.endpoint(for: function)
        return (AWSCaller(endpoint.access), endpoint)
    }

    /// The refusals that were told, as `operation type`.
    var refusals: [String] {
        notices.all.withLock { $0 }.compactMap { notice in
            guard case .refused(_, let operation, let type, _) = notice else { return nil }
            return "\(operation) \(type)"
        }
    }

    static func makeFolder() throws -> String {
        var template = Array("/tmp/nerdwork-aws-XXXXXX".utf8CString)
        let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) }.map { unsafe String(cString: $0) }
        }
        return try #require(made)
    }

    deinit {
        _ = try? Command.run("/bin/rm", ["-rf", folder], environment: [:], folder: "/")
    }

    private static func function(_ name: String) -> String {
        """
        "\(name)":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"nerdwork-\(name)",
          "Handler":"bootstrap","Code":{"S3Key":"\(name).zip"},"Role":{"Fn::GetAtt":["Role","Arn"]}}}
        """
    }

    static var template: Template {
        get throws { try Template(parsing: Array(text.utf8)) }
    }

    private static let text = ##"""
        {"Resources":{
          "Role":{"Type":"AWS::IAM::Role","Properties":{
            "AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":{"Effect":"Allow",
              "Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}},
            "Policies":[{"PolicyName":"all","PolicyDocument":{"Version":"2012-10-17","Statement":{
              "Effect":"Allow","Action":"*","Resource":"*"}}}]}},
          \##(["loyalty", "ledger-audit", "notification", "provision"].map(function).joined(separator: ",")),
          "Bus":{"Type":"AWS::Events::EventBus","Properties":{"Name":"nerdwork"}},
          "Seal":{"Type":"AWS::SecretsManager::Secret","Properties":{"Name":"seal",
            "GenerateSecretString":{"PasswordLength":64,"ExcludePunctuation":true}}},
          "Login":{"Type":"AWS::SecretsManager::Secret","Properties":{"GenerateSecretString":{
            "SecretStringTemplate":"{\"username\":\"nerdwork_loyalty\"}","GenerateStringKey":"password",
            "PasswordLength":40,"ExcludeCharacters":"abc\"@/\\"}}},
          "Keys":{"Type":"AWS::SecretsManager::Secret","Properties":{"Name":"keys","SecretString":"{}"}},
          "Documents":{"Type":"AWS::S3::Bucket"},
          "Identity":{"Type":"AWS::SES::EmailIdentity","Properties":{"EmailIdentity":"mail.nerdwork.example"}},
          "Security":{"Type":"AWS::SES::ConfigurationSet","Properties":{"Name":"nerdwork-security"}},
          "Silent":{"Type":"AWS::SES::ConfigurationSet","Properties":{"Name":"nerdwork-silent"}},
          "Events":{"Type":"AWS::SES::ConfigurationSetEventDestination","Properties":{
            "ConfigurationSetName":{"Ref":"Security"},"EventDestination":{"Enabled":true,
            "MatchingEventTypes":["SEND","delivery","bounce","complaint"],
            "EventBridgeDestination":{"EventBusArn":"arn:aws:events:us-east-1:123456789012:event-bus/default"}}}}
        }}
        """##
}
