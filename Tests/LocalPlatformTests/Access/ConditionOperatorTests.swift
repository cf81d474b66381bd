import Testing

@testable internal import LocalPlatform

/// The examples are those of the IAM user guide, "Condition operators" and "Multivalued context keys".
@Suite("Condition operators of policies")
struct ConditionOperatorTests {
    struct Case {
        let condition: String
        let context: [String: [String]]
        let isAllowed: Bool
    }

    private static func row(_ condition: String, _ context: [String: [String]], _ isAllowed: Bool) -> Case {
        Case(condition: condition, context: context, isAllowed: isAllowed)
    }

    private static let documented =
        #"arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"#

    static let strings: [Case] = [
        row(
            #"{"StringEquals":{"aws:PrincipalTag/job-category":"iamuser-admin"}}"#,
            ["aws:PrincipalTag/job-category": ["iamuser-admin"]], true),
        row(
            #"{"StringEquals":{"aws:PrincipalTag/job-category":"iamuser-admin"}}"#,
            ["aws:PrincipalTag/job-category": ["Iamuser-admin"]], false),
        row(#"{"StringEquals":{"aws:PrincipalTag/job-category":"iamuser-admin"}}"#, [:], false),
        row(
            #"{"StringEquals":{"AWS:principaltag/JOB-category":"iamuser-admin"}}"#,
            ["aws:PrincipalTag/job-category": ["iamuser-admin"]], true),
        row(#"{"StringEquals":{"k":"a*"}}"#, ["k": ["ab"]], false),
        row(#"{"StringNotEquals":{"k":["a","b"]}}"#, ["k": ["b"]], false),
        row(#"{"StringNotEquals":{"k":["a","b"]}}"#, ["k": ["c"]], true),
        row(#"{"StringNotEquals":{"k":"a"}}"#, [:], true),
        row(#"{"StringEqualsIgnoreCase":{"k":"ABC"}}"#, ["k": ["abc"]], true),
        row(#"{"StringNotEqualsIgnoreCase":{"k":"ABC"}}"#, ["k": ["abc"]], false),
        row(
            #"{"StringLike":{"s3:prefix":["","home/","home/${aws:username}/"]}}"#,
            ["s3:prefix": ["home/ada/"], "aws:username": ["ada"]], true),
        row(
            #"{"StringLike":{"s3:prefix":["","home/","home/${aws:username}/"]}}"#,
            ["s3:prefix": [""], "aws:username": ["ada"]], true),
        row(
            #"{"StringLike":{"s3:prefix":["","home/","home/${aws:username}/"]}}"#,
            ["s3:prefix": ["home/grace/"], "aws:username": ["ada"]], false),
        row(#"{"StringNotLike":{"k":"a*"}}"#, ["k": ["ab"]], false),
        row(#"{"StringLike":{"k":"arn:aws:someservice:*:111122223333:finance/*"}}"#, ["k": [documented]], true),
        row(#"{"ArnLike":{"k":"arn:aws:someservice:*:111122223333:finance/*"}}"#, ["k": [documented]], false),
        row(
            #"{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:*:123456789012:T?"}}"#,
            ["aws:SourceArn": ["arn:aws:sns:us-east-1:123456789012:T1"]], true),
        row(
            #"{"ArnNotLike":{"aws:SourceArn":"arn:aws:sns:*:123456789012:T?"}}"#,
            ["aws:SourceArn": ["arn:aws:sns:us-east-1:123456789012:T1"]], false),
        row(
            #"{"ArnLike":{"k":"arn:aws:lambda:*:*:function:nerdwork-*"}}"#,
            ["k": ["arn:aws:lambda:us-east-1:1:function:nerdwork-auth:live"]], true),
        row(
            #"{"ArnLike":{"k":"arn:aws:iam::*:role/${aws:username}"}}"#,
            ["k": ["arn:aws:iam::1:role/ada"], "aws:username": ["ada"]], true),
    ]

    static let others: [Case] = [
        row(#"{"NumericLessThanEquals":{"s3:max-keys":"10"}}"#, ["s3:max-keys": ["10"]], true),
        row(#"{"NumericLessThanEquals":{"s3:max-keys":10}}"#, ["s3:max-keys": ["11"]], false),
        row(#"{"NumericEquals":{"k":"10.0"}}"#, ["k": ["10"]], true),
        row(#"{"NumericNotEquals":{"k":"10"}}"#, ["k": ["10"]], false),
        row(#"{"NumericGreaterThan":{"k":"10"}}"#, ["k": ["x"]], false),
        row(
            #"{"DateGreaterThan":{"aws:TokenIssueTime":"2020-01-01T00:00:01Z"}}"#,
            ["aws:TokenIssueTime": ["2020-06-01T00:00:00Z"]], true),
        row(
            #"{"DateGreaterThan":{"aws:TokenIssueTime":"2020-01-01T00:00:01Z"}}"#,
            ["aws:TokenIssueTime": ["2019-06-01T00:00:00Z"]], false),
        row(#"{"DateLessThan":{"aws:EpochTime":"1577836801"}}"#, ["aws:EpochTime": ["2020-01-01T00:00:00Z"]], true),
        row(#"{"DateGreaterThan":{"aws:TokenIssueTime":"2020-01-01T00:00:01Z"}}"#, [:], false),
        row(#"{"Bool":{"aws:SecureTransport":"false"}}"#, ["aws:SecureTransport": ["true"]], false),
        row(#"{"Bool":{"aws:SecureTransport":true}}"#, ["aws:SecureTransport": ["true"]], true),
        row(#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#, ["aws:SourceIp": ["203.0.113.255"]], true),
        row(#"{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#, ["aws:SourceIp": ["203.0.114.0"]], false),
        row(
            #"{"IpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:DB8:1234:5678::/64"]}}"#,
            ["aws:SourceIp": ["2001:db8:1234:5678::1"]], true),
        row(#"{"IpAddress":{"aws:SourceIp":"203.0.113.7"}}"#, ["aws:SourceIp": ["203.0.113.7"]], true),
        row(#"{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#, ["aws:SourceIp": ["203.0.113.9"]], false),
        row(#"{"Null":{"aws:TokenIssueTime":"true"}}"#, [:], true),
        row(#"{"Null":{"aws:TokenIssueTime":"true"}}"#, ["aws:TokenIssueTime": ["x"]], false),
        row(#"{"Null":{"aws:TokenIssueTime":"false"}}"#, ["aws:TokenIssueTime": ["x"]], true),
        row(#"{"StringLikeIfExists":{"ec2:InstanceType":["t1.*","t2.*","m3.*"]}}"#, [:], true),
        row(
            #"{"StringLikeIfExists":{"ec2:InstanceType":["t1.*","t2.*","m3.*"]}}"#, ["ec2:InstanceType": ["t2.micro"]],
            true),
        row(
            #"{"StringLikeIfExists":{"ec2:InstanceType":["t1.*","t2.*","m3.*"]}}"#, ["ec2:InstanceType": ["m5.large"]],
            false),
        row(#"{"StringEquals":{"a":"1"},"Bool":{"b":"true"}}"#, ["a": ["1"], "b": ["true"]], true),
        row(#"{"StringEquals":{"a":"1"},"Bool":{"b":"true"}}"#, ["a": ["1"]], false),
        row(#"{"StringEquals":{"a":"1","b":"2"}}"#, ["a": ["1"], "b": ["3"]], false),
    ]

    private static let attributes = "dynamodb:requestedAttributes"
    private static let all =
        #"{"ForAllValues:StringLike":{"dynamodb:requestedAttributes":["PostDateTime","Message","Tags"]}}"#
    private static let any = #"{"ForAnyValue:StringLike":{"dynamodb:requestedAttributes":["ID","PostDateTime"]}}"#

    static let sets: [Case] = [
        row(all, [attributes: ["PostDateTime", "Message"]], true),
        row(all, [attributes: ["PostDateTime", "ID"]], false),
        row(all, [attributes: ["PostDateTime", "UserName"]], false), row(all, [:], true),
        row(all, [attributes: [""]], true),
        row(any, [attributes: ["PostDateTime", "Message"]], true), row(any, [attributes: ["UserName"]], false),
        row(any, [attributes: ["UserName", "Message", "PostDateTime"]], true), row(any, [:], false),
        row(any, [attributes: [""]], false),
        row(#"{"ForAnyValue:StringNotEquals":{"k":["a"]}}"#, ["k": ["a", "b"]], true),
        row(#"{"ForAllValues:StringNotEquals":{"k":["a"]}}"#, ["k": ["a", "b"]], false),
    ]

    @Test("Hold as the guide says", arguments: strings + others + sets)
    func holds(row: Case) throws {
        let policy = try PolicyBuilding.policy(condition: row.condition)
        let verdict = policy.verdict(on: PolicyBuilding.request("a:b", "*", row.context))
        #expect((verdict == .allow) == row.isAllowed, "\(row.condition) \(row.context)")
    }

    @Test(
        "One that is not known refuses the whole policy by name",
        arguments: [
            "BinaryEquals", "StringEqual", "stringEquals", "NullIfExists", "ForAllValues:Null", "ForSome:StringLike",
            "",
        ])
    func unknown(name: String) {
        let error = #expect(throws: LocalError.self) {
            try PolicyBuilding.policy(condition: #"{"\#(name)":{"k":"v"}}"#)
        }
        #expect(error?.status == .configuration && error?.description.contains(name) == true)
    }
}
