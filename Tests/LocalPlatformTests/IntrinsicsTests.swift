internal import LocalPlatform
import Testing

@Suite("Intrinsic functions of the template")
struct IntrinsicsTests {
    /// A template whose one function carries the value under test as an environment variable.
    static func template(_ value: String) -> [UInt8] {
        Array(
            """
            {
              "Parameters": {
                "Plain": { "Type": "String", "Default": "text" },
                "Number": { "Type": "Number", "Default": 7 },
                "List": { "Type": "CommaDelimitedList", "Default": "a,b,c" },
                "Required": { "Type": "String" }
              },
              "Mappings": { "Sizes": { "text": { "large": 9 } } },
              "Conditions": {
                "IsText": { "Fn::Equals": [{ "Ref": "Plain" }, "text"] },
                "IsNotText": { "Fn::Not": [{ "Condition": "IsText" }] },
                "IsSeven": { "Fn::Equals": [{ "Ref": "Number" }, "7"] },
                "Both": { "Fn::And": [{ "Condition": "IsText" }, { "Condition": "IsNotText" }] },
                "Either": { "Fn::Or": [{ "Condition": "IsText" }, { "Condition": "IsNotText" }] }
              },
              "Resources": {
                "Logs": { "Type": "AWS::Logs::LogGroup", "Properties": { "LogGroupName": "/logs" } },
                "Queue": { "Type": "AWS::SQS::Queue" },
                "Function": {
                  "Type": "AWS::Lambda::Function",
                  "Properties": {
                    "FunctionName": { "Fn::Sub": "${AWS::StackName}-one" },
                    "Handler": "bootstrap",
                    "Code": { "S3Key": "prefix/one.zip" },
                    "Environment": { "Variables": { "VALUE": \(value) } }
                  }
                }
              }
            }
            """.utf8)
    }

    @Test(
        "Resolve as CloudFormation documents them",
        arguments: [
            (#""plain""#, "plain"),
            (#"12"#, "12"),
            (#"true"#, "true"),
            (#"{ "Ref": "Plain" }"#, "text"),
            (#"{ "Ref": "Number" }"#, "7"),
            (#"{ "Ref": "Required" }"#, "local-Required"),
            (#"{ "Ref": "AWS::Region" }"#, "us-east-1"),
            (#"{ "Ref": "Logs" }"#, "/logs"),
            (#"{ "Ref": "Queue" }"#, "https://sqs.us-east-1.amazonaws.com/123456789012/Queue"),
            (#"{ "Fn::GetAtt": ["Queue", "Arn"] }"#, "arn:aws:sqs:us-east-1:123456789012:Queue"),
            (#"{ "Fn::GetAtt": "Logs.Arn" }"#, "arn:aws:logs:us-east-1:123456789012:log-group:/logs:*"),
            (#"{ "Fn::Sub": "a ${Plain} b ${!Plain} c ${Queue.QueueName}" }"#, "a text b ${Plain} c Queue"),
            (#"{ "Fn::Sub": ["${x}${Plain}", { "x": { "Ref": "Number" } }] }"#, "7text"),
            (#"{ "Fn::Sub": "${Logs.Arn}" }"#, "arn:aws:logs:us-east-1:123456789012:log-group:/logs:*"),
            (#"{ "Fn::Join": ["-", ["a", { "Ref": "Plain" }, 3]] }"#, "a-text-3"),
            (#"{ "Fn::Join": ["", []] }"#, ""),
            (#"{ "Fn::Select": [1, { "Ref": "List" }] }"#, "b"),
            (#"{ "Fn::Select": ["2", { "Fn::Split": ["|", "a|b|c"] }] }"#, "c"),
            (#"{ "Fn::Join": ["+", { "Fn::Split": [",", ",a,"] }] }"#, "+a+"),
            (#"{ "Fn::Base64": { "Fn::Sub": "${Plain}!" } }"#, "dGV4dCE="),
            (#"{ "Fn::Select": [0, { "Fn::GetAZs": "" }] }"#, "us-east-1a"),
            (#"{ "Fn::Select": [1, { "Fn::GetAZs": { "Ref": "AWS::Region" } }] }"#, "us-east-1b"),
            (#"{ "Fn::FindInMap": ["Sizes", { "Ref": "Plain" }, "large"] }"#, "9"),
            (
                #"{ "Fn::Join": [",", { "Fn::Cidr": ["192.168.0.0/24", 6, 5] }] }"#,
                "192.168.0.0/27,192.168.0.32/27,192.168.0.64/27,192.168.0.96/27,192.168.0.128/27,192.168.0.160/27"
            ),
            (#"{ "Fn::Select": [1, { "Fn::Cidr": ["2001:db8::/56", 2, 64] }] }"#, "2001:db8:0:1::/64"),
            (#"{ "Fn::Select": [255, { "Fn::Cidr": ["10.0.0.0/16", 256] }] }"#, "10.0.255.0/24"),
            (#"{ "Fn::If": ["IsText", "yes", "no"] }"#, "yes"),
            (#"{ "Fn::If": ["IsNotText", "yes", "no"] }"#, "no"),
            (#"{ "Fn::If": ["IsSeven", "yes", "no"] }"#, "yes"),
            (#"{ "Fn::If": ["Both", "yes", "no"] }"#, "no"),
            (#"{ "Fn::If": ["Either", { "Ref": "Plain" }, "no"] }"#, "text"),
            (#""x{{resolve:secretsmanager:a:SecretString:b}}y""#, "xlocaly"),
        ])
    func resolve(value: String, expected: String) throws {
        let template = try Template(parsing: Self.template(value))
        #expect(template.functions.first?.environment == ["VALUE": expected])
    }

    @Test("AWS::NoValue takes the member away")
    func noValue() throws {
        let template = try Template(
            parsing: Self.template(#"{ "Fn::If": ["IsText", { "Ref": "AWS::NoValue" }, "x"] }"#))
        #expect(template.functions.first?.environment == [:])
    }

    @Test(
        "What is unknown or malformed is said with its place",
        arguments: [
            (#"{ "Fn::ImportValue": "other" }"#, LocalError.Status.configuration, "Fn::ImportValue"),
            (#"{ "Fn::FindInMap": ["a", "b", "c"] }"#, .data, "mapping a"),
            (#"{ "Fn::Transform": { "Name": "AWS::Include" } }"#, .configuration, "Fn::Transform"),
            (#"{ "Fn::ToJsonString": {} }"#, .configuration, "LanguageExtensions"),
            (#"{ "Fn::Sub": "${ Plain }" }"#, .data, "Fn::Sub"),
            (#"{ "Fn::Split": ["", "a"] }"#, .data, "Fn::Split"),
            (#"{ "Fn::Cidr": ["10.0.0.1/24", 2, 4] }"#, .data, "Fn::Cidr"),
            (#"{ "Fn::Cidr": ["10.0.0.0/24", 17, 4] }"#, .data, "Fn::Cidr"),
            (#""{{resolve:vault:a}}""#, .data, "dynamic reference"),
            (#""{{resolve:ssm:a""#, .data, "dynamic reference"),
            (#"{ "Ref": "Nobody" }"#, .data, "Nobody"),
            (#"{ "Fn::GetAtt": ["Function", "Arn"] }"#, .data, "Function → Function"),
            (#"{ "Fn::GetAtt": ["Nobody", "Arn"] }"#, .data, "Nobody"),
            (#"{ "Fn::Sub": "${Plain" }"#, .data, "Fn::Sub"),
            (#"{ "Fn::Select": [3, { "Ref": "List" }] }"#, .data, "Fn::Select"),
            (#"{ "Fn::If": ["Nothing", 1, 2] }"#, .data, "Nothing"),
            (#"["a list"]"#, .data, "VALUE"),
        ])
    func refuse(value: String, status: LocalError.Status, mentions: String) throws {
        let error = #expect(throws: LocalError.self) { try Template(parsing: Self.template(value)) }
        #expect(error?.status == status)
        #expect(error?.description.contains(mentions) == true)
    }

    @Test("A parameter can be set, and only one that exists")
    func overrides() throws {
        let bytes = Self.template(#"{ "Ref": "Required" }"#)
        let template = try Template(parsing: bytes, overrides: ["Required": "given"])
        #expect(template.functions.first?.environment == ["VALUE": "given"])
        let error = #expect(throws: LocalError.self) { try Template(parsing: bytes, overrides: ["Reqired": "x"]) }
        #expect(error?.status == .usage)
    }

    @Test("Functions have Lambda's defaults: 3 seconds, 128 MB")
    func defaults() throws {
        let function = try #require(try Template(parsing: Self.template(#""x""#)).functions.first)
        #expect(function.name == "one")
        #expect(function.functionName == "nerdwork-one")
        #expect(function.timeoutSeconds == 3)
        #expect(function.memoryMegabytes == 128)
        #expect(function.logGroup == "/aws/lambda/nerdwork-one")
    }

    @Test("A name that is no function is answered with the known ones")
    func unknownFunction() throws {
        let template = try Template(parsing: Self.template(#""x""#))
        let error = #expect(throws: LocalError.self) { try template.function(named: "two") }
        #expect(error == LocalError(.usage, #"There is no function "two"; template.json has: one."#))
    }
}
