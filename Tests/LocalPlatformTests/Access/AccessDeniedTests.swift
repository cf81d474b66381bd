import Testing

@testable internal import LocalPlatform

/// Calls of a function whose role lacks one permission, sent to the local AWS.
@Suite("A permission that the role lacks")
struct AccessDeniedTests {
    private static let user = "arn:aws:sts::123456789012:assumed-role/Role/nerdwork-loyalty"

    private static let statements = [
        "read": #"{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":{"Ref":"Keys"}}"#,
        "write": #"{"Effect":"Allow","Action":"secretsmanager:PutSecretValue","Resource":{"Ref":"Keys"}}"#,
        "events":
            #"{"Effect":"Allow","Action":"events:PutEvents","Resource":{"Fn::GetAtt":["Bus","Arn"]},"Condition":{"StringEquals":{"events:source":"nerdwork.loyalty"}}}"#,
        "mail":
            #"{"Effect":"Allow","Action":"ses:SendEmail","Resource":{"Fn::Sub":"arn:aws:ses:${AWS::Region}:${AWS::AccountId}:identity/${Identity}"},"Condition":{"StringEquals":{"ses:FromAddress":"a@mail.nerdwork.example"}}}"#,
        "set":
            #"{"Effect":"Allow","Action":"ses:SendEmail","Resource":{"Fn::Sub":"arn:aws:ses:${AWS::Region}:${AWS::AccountId}:configuration-set/${Security}"}}"#,
        "object": #"{"Effect":"Allow","Action":"s3:PutObject","Resource":{"Fn::Sub":"${Documents.Arn}/public/*"}}"#,
    ]

    /// A function with a role of these statements, and the fixture's resources.
    static func template(without missing: String?, more: String = "") throws -> Template {
        let kept = statements.filter { $0.key != missing }.map(\.value).joined(separator: ",")
        return try Template(
            parsing: Array(
                """
                {"Resources":{
                  "Role":{"Type":"AWS::IAM::Role","Properties":{"AssumeRolePolicyDocument":{"Version":"2012-10-17",
                    "Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}}}},
                  "Policy":{"Type":"AWS::IAM::Policy","Properties":{"PolicyName":"p","Roles":[{"Ref":"Role"}],
                    "PolicyDocument":{"Version":"2012-10-17","Statement":[\(kept)\(more)]}}},
                  "Function":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"nerdwork-loyalty",
                    "Handler":"bootstrap","Code":{"S3Key":"loyalty.zip"},"Role":{"Fn::GetAtt":["Role","Arn"]}}},
                  "Bus":{"Type":"AWS::Events::EventBus","Properties":{"Name":"nerdwork"}},
                  "Keys":{"Type":"AWS::SecretsManager::Secret","Properties":{"Name":"keys","SecretString":"{}"}},
                  "Other":{"Type":"AWS::SecretsManager::Secret","Properties":{"Name":"other","SecretString":"{}"}},
                  "Documents":{"Type":"AWS::S3::Bucket","Properties":{"BucketName":"documents"}},
                  "DocumentsPolicy":{"Type":"AWS::S3::BucketPolicy","Properties":{"Bucket":{"Ref":"Documents"},
                    "PolicyDocument":{"Version":"2012-10-17","Statement":[
                      {"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":{"Fn::Sub":"${Documents.Arn}/*"},
                        "Condition":{"Bool":{"aws:SecureTransport":"false"}}},
                      {"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":{"Fn::Sub":"${Documents.Arn}/public/sealed/*"},
                        "Condition":{"Null":{"s3:if-none-match":"true"}}}]}}},
                  "Identity":{"Type":"AWS::SES::EmailIdentity","Properties":{"EmailIdentity":"mail.nerdwork.example"}},
                  "Security":{"Type":"AWS::SES::ConfigurationSet","Properties":{"Name":"security"}}
                }}
                """.utf8))
    }

    static func mail(from: String = "a@mail.nerdwork.example") -> AWSCaller.Call {
        .sendEmail(
            #"{"FromEmailAddress":"\#(from)","Destination":{"ToAddresses":["r@example.org"]},"ConfigurationSetName":"security","Content":{"Simple":{"Subject":{"Data":"s"},"Body":{"Text":{"Data":"t"}}}}}"#
        )
    }

    static func events(_ sources: String...) -> AWSCaller.Call {
        let entries = sources.map {
            #"{"Source":"\#($0)","DetailType":"T","Detail":"{}","EventBusName":"nerdwork"}"#
        }
        return .putEvents(#"{"Entries":[\#(entries.joined(separator: ","))]}"#)
    }

    private static let write =
        AWSCaller.Call.putSecretValue(
            #"{"SecretId":"keys","SecretString":"v","ClientRequestToken":"00000000-0000-0000-0000-000000000001"}"#)

    private func send(_ call: AWSCaller.Call, without missing: String?, more: String = "") throws -> AWSCaller.Answer {
        let folder = try LocalAWSFixture.makeFolder()
        defer { _ = try? Command.run("/bin/rm", ["-rf", folder], environment: [:], folder: "/") }
        let aws = try LocalAWS(
            folder: "\(folder)/.nerdwork", template: Self.template(without: missing, more: more),
            keyFolder: "\(folder)/user"
        ) { _ in }
        let endpoint = try aws.endpoint(for: "loyalty")
        defer { endpoint.stop() }
        return try AWSCaller(endpoint.access).send(call)
    }

    private static let calls: [(missing: String, call: AWSCaller.Call)] = [
        ("read", .secretValue(#"{"SecretId":"keys"}"#)), ("write", write), ("events", events("nerdwork.loyalty")),
        ("mail", mail()), ("set", mail()), ("object", .putObject("/documents/public/a.json", "x")),
    ]

    @Test("Is missed by the one call that needs it: with it the call succeeds", arguments: 0..<6)
    func missing(index: Int) throws {
        let (missing, call) = Self.calls[index]
        #expect(try send(call, without: nil).status == 200, "\(missing)")
        #expect(try [400, 403].contains(send(call, without: missing).status), "\(missing)")
        for (other, _) in Self.calls
        where other != missing && !(["mail", "set"].contains(missing) && ["mail", "set"].contains(other)) {
            #expect(try send(call, without: other).status == 200, "\(missing) without \(other)")
        }
    }

    /// The words are those of refusals that AWS gave (github.com/aws/aws-cdk/issues/31566,
    /// mongodb/awscdk-resources-mongodbatlas/issues/207, aws-samples/aws-serverless-batch-architecture/issues/1).
    @Test("Is told in the words and the form of each service")
    func words() throws {
        let secret = try send(.secretValue(#"{"SecretId":"keys"}"#), without: "read")
        #expect(secret.status == 400 && secret.error == "AccessDeniedException")
        #expect(
            secret.body["message"]?.text
                == "User: \(Self.user) is not authorized to perform: secretsmanager:GetSecretValue on resource: keys "
                + "because no identity-based policy allows the secretsmanager:GetSecretValue action")
        let bus = try send(Self.events("nerdwork.loyalty"), without: "events")
        #expect(bus.status == 400 && bus.error == "AccessDeniedException")
        #expect(
            bus.body["message"]?.text
                == "User: \(Self.user) is not authorized to perform: events:PutEvents on resource: "
                + "arn:aws:events:us-east-1:123456789012:event-bus/nerdwork "
                + "because no identity-based policy allows the events:PutEvents action")
        let mail = try send(Self.mail(), without: "mail")
        #expect(mail.status == 403 && mail.error == "AccessDeniedException")
        #expect(
            mail.body["message"]?.text
                == "User `\(Self.user)' is not authorized to perform `ses:SendEmail' on resource "
                + "`arn:aws:ses:us-east-1:123456789012:identity/mail.nerdwork.example'")
        #expect(try send(.putObject("/documents/public/a", "x"), without: "object").status == 403)
    }

    @Test("Is missed for another resource, another source and another sender than those of the policy")
    func others() throws {
        #expect(try send(.secretValue(#"{"SecretId":"other"}"#), without: nil).error == "AccessDeniedException")
        // Whether there is such a secret is nobody's business who may not read it.
        #expect(try send(.secretValue(#"{"SecretId":"nothing"}"#), without: nil).error == "AccessDeniedException")
        #expect(try send(Self.events("nerdwork.wallet"), without: nil).error == "AccessDeniedException")
        #expect(
            try send(Self.events("nerdwork.loyalty", "nerdwork.wallet"), without: nil).error == "AccessDeniedException")
        #expect(try send(Self.mail(from: "b@mail.nerdwork.example"), without: nil).error == "AccessDeniedException")
        #expect(try send(.putObject("/documents/private/a", "x"), without: nil).status == 403)
    }

    @Test("Is missed where a policy denies what another allows, that of the bucket included")
    func denials() throws {
        let deny = #",{"Effect":"Deny","Action":"secretsmanager:*","Resource":"*"}"#
        let secret = try send(.secretValue(#"{"SecretId":"keys"}"#), without: nil, more: deny)
        #expect(secret.body["message"]?.text?.hasSuffix("with an explicit deny in an identity-based policy") == true)
        #expect(try send(.putObject("/documents/public/sealed/a", "x"), without: nil).status == 403)
        let anything = #",{"Effect":"Allow","Action":"*","Resource":"*"}"#
        #expect(try send(.putObject("/documents/public/sealed/a", "x"), without: nil, more: anything).status == 403)
        #expect(try send(.putObject("/documents/other/a", "x"), without: nil, more: anything).status == 200)
    }

    @Test("A role that Lambda may not assume, and a policy that nobody can read here, are refused when loaded")
    func unreadable() {
        func read(_ role: String) throws -> Template {
            try Template(
                parsing: Array(
                    #"{"Resources":{"R":{"Type":"AWS::IAM::Role","Properties":{\#(role)}},"F":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"f","Handler":"b","Code":{"S3Key":"f.zip"},"Role":{"Fn::GetAtt":["R","Arn"]}}}}}"#
                        .utf8))
        }
        func trust(_ service: String) -> String {
            #""AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"\#(service)"},"Action":"sts:AssumeRole"}}"#
        }
        let lambda = trust("lambda.amazonaws.com")
        #expect(throws: Never.self) { try read(lambda) }
        #expect(throws: Never.self) {
            try read(
                lambda + #","ManagedPolicyArns":["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]"#)
        }
        let error = #expect(throws: LocalError.self) { try read(trust("events.amazonaws.com")) }
        #expect(error?.description.contains("cannot be assumed by Lambda") == true)
        let unknown = #expect(throws: LocalError.self) {
            try read(lambda + #","ManagedPolicyArns":["arn:aws:iam::aws:policy/AdministratorAccess"]"#)
        }
        #expect(unknown?.status == .configuration && unknown?.description.contains("AdministratorAccess") == true)
    }

    @Test("A condition key that calls do not carry here is named")
    func unknownKeys() throws {
        let more =
            #",{"Effect":"Allow","Action":"s3:PutObject","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}}"#
        let unsupported = try Self.template(without: nil, more: more).unsupported
        #expect(unsupported.map(\.name) == ["Role"] && unsupported.first?.reason.contains("aws:SourceVpce") == true)
        let never = more.replacing("s3:PutObject", with: "ec2:CreateTags")
        #expect(try Self.template(without: nil, more: never).unsupported == [])
    }
}
