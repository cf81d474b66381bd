/// How a type of resource is named: by which property, in which ARN, and what `Ref` and `Fn::GetAtt` give of it.
struct ResourceForm: Sendable {
    /// The property that holds the name.
    var nameProperty = "Name"
    /// What stands before the name in the ARN.
    let arnPrefix: String
    /// What stands after it.
    var arnSuffix = ""
    /// Whether `Ref` is the ARN; else it is the name.
    var refersByARN = false
    /// Attributes that are the ARN.
    var arnAttributes: Set<String> = ["Arn"]
    /// Attributes that are the name.
    var nameAttributes: Set<String> = []

    func arn(_ name: String) -> String { arnPrefix + name + arnSuffix }

    /// The beginning of an ARN of this account and region; some services are global and leave parts out.
    private static func regional(_ service: String, _ path: String) -> String {
        "arn:aws:\(service):us-east-1:123456789012:\(path)"
    }

    private static func global(_ service: String, _ path: String) -> String {
        "arn:aws:\(service)::123456789012:\(path)"
    }

    static let table: [String: ResourceForm] = [
        "AWS::CertificateManager::Certificate": ResourceForm(
            arnPrefix: regional("acm", "certificate/"), refersByARN: true),
        "AWS::CloudFront::Distribution": ResourceForm(
            arnPrefix: global("cloudfront", "distribution/"), nameAttributes: ["Id"]),
        "AWS::CloudFront::Function": ResourceForm(
            arnPrefix: global("cloudfront", "function/"), refersByARN: true, arnAttributes: ["FunctionARN"]),
        "AWS::CloudTrail::Trail": ResourceForm(
            nameProperty: "TrailName", arnPrefix: regional("cloudtrail", "trail/")),
        "AWS::CloudWatch::Alarm": ResourceForm(
            nameProperty: "AlarmName", arnPrefix: regional("cloudwatch", "alarm:")),
        "AWS::DynamoDB::Table": ResourceForm(nameProperty: "TableName", arnPrefix: regional("dynamodb", "table/")),
        "AWS::Events::EventBus": ResourceForm(arnPrefix: regional("events", "event-bus/"), nameAttributes: ["Name"]),
        "AWS::IAM::ManagedPolicy": ResourceForm(
            nameProperty: "ManagedPolicyName", arnPrefix: global("iam", "policy/"), refersByARN: true,
            arnAttributes: ["PolicyArn"]),
        "AWS::IAM::Policy": ResourceForm(nameProperty: "PolicyName", arnPrefix: global("iam", "policy/")),
        "AWS::IAM::Role": ResourceForm(nameProperty: "RoleName", arnPrefix: global("iam", "role/")),
        "AWS::KMS::Key": ResourceForm(
            nameProperty: "KeyId", arnPrefix: regional("kms", "key/"), nameAttributes: ["KeyId"]),
        "AWS::Lambda::Alias": ResourceForm(arnPrefix: regional("lambda", "function:"), arnAttributes: []),
        "AWS::Lambda::Function": ResourceForm(
            nameProperty: "FunctionName", arnPrefix: regional("lambda", "function:")),
        "AWS::Logs::LogGroup": ResourceForm(
            nameProperty: "LogGroupName", arnPrefix: regional("logs", "log-group:"), arnSuffix: ":*"),
        "AWS::RDS::DBCluster": ResourceForm(
            nameProperty: "DBClusterIdentifier", arnPrefix: regional("rds", "cluster:"),
            arnAttributes: ["DBClusterArn"]),
        "AWS::RDS::DBInstance": ResourceForm(
            nameProperty: "DBInstanceIdentifier", arnPrefix: regional("rds", "db:"), arnAttributes: ["DBInstanceArn"]),
        "AWS::S3::Bucket": ResourceForm(nameProperty: "BucketName", arnPrefix: "arn:aws:s3:::"),
        "AWS::SES::EmailIdentity": ResourceForm(
            nameProperty: "EmailIdentity", arnPrefix: regional("ses", "identity/"), arnAttributes: []),
        "AWS::SNS::Topic": ResourceForm(
            nameProperty: "TopicName", arnPrefix: regional("sns", ""), refersByARN: true, arnAttributes: ["TopicArn"],
            nameAttributes: ["TopicName"]),
        "AWS::SQS::Queue": ResourceForm(
            nameProperty: "QueueName", arnPrefix: regional("sqs", ""), nameAttributes: ["QueueName"]),
        "AWS::Scheduler::Schedule": ResourceForm(arnPrefix: regional("scheduler", "schedule/default/")),
        "AWS::Scheduler::ScheduleGroup": ResourceForm(arnPrefix: regional("scheduler", "schedule-group/")),
        // AWS puts six characters of its own after the name.
        "AWS::SecretsManager::Secret": ResourceForm(
            arnPrefix: regional("secretsmanager", "secret:"), arnSuffix: "-Local1", refersByARN: true,
            arnAttributes: ["Id", "Arn"]),
        "AWS::WAFv2::WebACL": ResourceForm(arnPrefix: regional("wafv2", "global/webacl/"), arnSuffix: "/local"),
    ]
}
