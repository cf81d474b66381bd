/// Policies of AWS's own that a role may name by their ARN; texts from the AWS Managed Policy Reference.
enum ManagedPolicies {
    /// The policy of that ARN; nil for one that is not known here.
    static func document(_ arn: String) -> JSONTree? {
        guard let name = arn.firstRange(of: ":policy/").map({ String(arn[$0.upperBound...]) }),
            let actions = actions[name]
        else { return nil }
        let statement = JSONTree.object([
            .init(name: "Effect", value: .string("Allow")),
            .init(name: "Action", value: .array(actions.map { .string($0) })),
            .init(name: "Resource", value: .string("*")),
        ])
        return .object([
            .init(name: "Version", value: .string("2012-10-17")),
            .init(name: "Statement", value: .array([statement])),
        ])
    }

    private static let logs = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]

    /// Actions of each, all of them on every resource.
    private static let actions: [String: [String]] = [
        "AWSXRayDaemonWriteAccess": [
            "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets",
            "xray:GetSamplingStatisticSummaries",
        ],
        "service-role/AWSLambdaBasicExecutionRole": logs,
        "service-role/AWSLambdaSQSQueueExecutionRole": logs + [
            "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
        ],
        "service-role/AWSLambdaVPCAccessExecutionRole": logs + [
            "ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets",
            "ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses",
        ],
    ]
}
