import Testing

@testable internal import LocalPlatform

/// Source: CloudFormation template reference, `AWS::Lambda::Alias` and `AWS::Lambda::Version`, "Return values".
@Suite("Versions and aliases of functions")
struct AliasTests {
    private static let arn = "arn:aws:lambda:us-east-1:123456789012:function:nerdwork-one"

    /// A function with a version and the alias `live`, and whatever invokes it.
    private static func template(_ resources: String, alias: String = "Live") -> [UInt8] {
        Array(
            """
            {"Parameters":{"Release":{"Type":"String","Default":"abc"}},"Resources":{
              "One":{"Type":"AWS::Lambda::Function","Properties":{
                "FunctionName":{"Fn::Sub":"${AWS::StackName}-one"},"Handler":"bootstrap","Code":{"S3Key":"one.zip"},
                "Environment":{"Variables":{"ALIAS":{"Ref":"AWS::StackName"}}}}},
              "Two":{"Type":"AWS::Lambda::Function","Properties":{
                "FunctionName":{"Fn::Sub":"${AWS::StackName}-two"},"Handler":"bootstrap","Code":{"S3Key":"two.zip"},
                "Environment":{"Variables":{"REF":{"Ref":"\(alias)"},"SUB":{"Fn::Sub":"x/${\(alias)}"},
                  "VERSION":{"Fn::GetAtt":["OneVersion","Version"]},"VERSION_ARN":{"Ref":"OneVersion"}}}}},
              "OneVersion":{"Type":"AWS::Lambda::Version","Properties":{
                "FunctionName":{"Ref":"One"},"Description":{"Ref":"Release"}}},
              "Live":{"Type":"AWS::Lambda::Alias","Properties":{"Name":"live","FunctionName":{"Ref":"One"},
                "FunctionVersion":{"Fn::GetAtt":["OneVersion","Version"]}}}\(resources)
            }}
            """.utf8)
    }

    @Test("An alias refers to itself by its ARN, a version too, and gives its number")
    func references() throws {
        let template = try Template(parsing: Self.template(""))
        #expect(
            try template.function(named: "two").environment == [
                "REF": "\(Self.arn):live", "SUB": "x/\(Self.arn):live", "VERSION": "1", "VERSION_ARN": "\(Self.arn):1",
            ])
        #expect(try template.function(named: "one").alias == "live")
        #expect(try template.function(named: "one").invokedARN == "\(Self.arn):live")
        #expect(
            try template.function(named: "two").invokedARN
                == "arn:aws:lambda:us-east-1:123456789012:function:nerdwork-two")
        #expect(template.unsupported == [])
    }

    @Test(
        "An integration finds its function by every form in which AWS lets one be named",
        arguments: [
            #"{"Ref":"Live"}"#, #"{"Fn::GetAtt":["Live","AliasArn"]}"#, #"{"Ref":"OneVersion"}"#, #"{"Ref":"One"}"#,
            #"{"Fn::GetAtt":["One","Arn"]}"#, #"{"Fn::Sub":"${One}:live"}"#, #"{"Fn::Sub":"${One.Arn}:$LATEST"}"#,
            #"{"Fn::Sub":"arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Live}/invocations"}"#,
        ])
    func integration(uri: String) throws {
        let resources = """
            ,"I":{"Type":"AWS::ApiGatewayV2::Integration","Properties":{"IntegrationUri":\(uri)}},
            "R":{"Type":"AWS::ApiGatewayV2::Route","Properties":{"RouteKey":"GET /a","Target":{"Fn::Sub":"integrations/${I}"}}}
            """
        #expect(try Template(parsing: Self.template(resources)).routes.map(\.function) == ["one"])
    }

    @Test("Rules, schedules, queues and retries find their function by its alias")
    func invokers() throws {
        let resources = """
            ,"Rule":{"Type":"AWS::Events::Rule","Properties":{"EventPattern":{"source":["a"]},
              "Targets":[{"Id":"a","Arn":{"Ref":"Live"}},{"Id":"b","Arn":{"Fn::GetAtt":["Queue","Arn"]}}]}},
            "Schedule":{"Type":"AWS::Scheduler::Schedule","Properties":{"ScheduleExpression":"rate(1 minute)",
              "Target":{"Arn":{"Ref":"Live"}}}},
            "Queue":{"Type":"AWS::SQS::Queue"},
            "Mapping":{"Type":"AWS::Lambda::EventSourceMapping","Properties":{"FunctionName":{"Ref":"Live"},
              "EventSourceArn":{"Fn::GetAtt":["Queue","Arn"]}}},
            "Other":{"Type":"AWS::Lambda::EventInvokeConfig","Properties":{"FunctionName":{"Ref":"One"},
              "Qualifier":"$LATEST","MaximumRetryAttempts":0}},
            "Config":{"Type":"AWS::Lambda::EventInvokeConfig","Properties":{"FunctionName":{"Ref":"One"},
              "Qualifier":"live","MaximumRetryAttempts":1}}
            """
        let template = try Template(parsing: Self.template(resources))
        #expect(template.rules.flatMap(\.targets).map(\.function) == ["one", "one"])
        #expect(template.schedules.map(\.target.function) == ["one"])
        #expect(try template.function(named: "one").maximumRetryAttempts == 1)
        #expect(try template.function(named: "two").maximumRetryAttempts == 2)
    }

    @Test(
        "An alias that a function does not have, and what is no function, are refused by name",
        arguments: [
            (#"{"Fn::Sub":"${One}:blue"}"#, "blue"), (#"{"Fn::Sub":"${Two}:live"}"#, "live"),
            (#"{"Fn::Sub":"${Two}:1"}"#, "1 of Two"), (#""arn:aws:sqs:us-east-1:123456789012:queue""#, "function"),
        ])
    func refused(arn: String, mentions: String) throws {
        let resources = """
            ,"S":{"Type":"AWS::Scheduler::Schedule","Properties":{"ScheduleExpression":"rate(1 minute)",
              "Target":{"Arn":\(arn)}}}
            """
        let error = #expect(throws: LocalError.self) { try Template(parsing: Self.template(resources)) }
        #expect(error?.status == .configuration)
        #expect(error?.description.contains(mentions) == true)
    }
}
