internal import Codecs
import Testing

@testable internal import LocalPlatform

@Suite("What the template says of mail, buses and retries")
struct TemplateMailTests {
    private func template(_ resources: String) throws -> Template {
        try Template(
            parsing: Array(
                #"{"Parameters":{"OperatorsEmail":{"Type":"String"},"SiteUrl":{"Type":"String"}},"Resources":{\#(resources)}}"#
                    .utf8))
    }

    private func destination(_ properties: String) -> String {
        #""Set":{"Type":"AWS::SES::ConfigurationSet","Properties":{"Name":"s"}},"D":{"Type":"AWS::SES::ConfigurationSetEventDestination","Properties":{"ConfigurationSetName":{"Ref":"Set"},"EventDestination":{\#(properties)}}}"#
    }

    private static let bus = #""EventBridgeDestination":{"EventBusArn":"arn:aws:events:us-east-1:1:event-bus/default"}"#

    @Test("A configuration set tells what its enabled destination asks for")
    func kinds() throws {
        let types = #""MatchingEventTypes":["SEND","deliveryDelay","DELIVERY_DELAY"]"#
        let enabled = try template(destination(#""Enabled":true,\#(types),\#(Self.bus)"#))
        #expect(enabled.mail.configurationSets == ["s": ["send", "deliverydelay"]])
        let disabled = try template(destination(#"\#(types),\#(Self.bus)"#))
        #expect(disabled.mail.configurationSets == ["s": []])
        #expect(enabled.unsupported == [])
    }

    @Test(
        "Another destination than the default bus is refused by name",
        arguments: [
            #""Enabled":true,"MatchingEventTypes":[],"SnsDestination":{"TopicARN":"x"}"#,
            #""Enabled":true,"EventBridgeDestination":{"EventBusArn":"arn:aws:events:us-east-1:1:event-bus/other"}"#,
        ])
    func refused(properties: String) throws {
        let error = #expect(throws: LocalError.self) { try template(destination(properties)) }
        #expect(error?.status == .configuration)
        #expect(error?.description.contains("D has a destination") == true)
    }

    @Test("Retries are Lambda's two, unless the template says otherwise", arguments: [("", 2), ("0", 0), ("1", 1)])
    func retries(attempts: String, expected: Int) throws {
        let function =
            #""F":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"n","Handler":"b","Code":{"S3Key":"f.zip"},"Environment":{"Variables":{"OPERATORS_EMAIL":{"Ref":"OperatorsEmail"},"SITE_URL":{"Ref":"SiteUrl"}}}}}"#
        let config =
            #","C":{"Type":"AWS::Lambda::EventInvokeConfig","Properties":{"FunctionName":{"Ref":"F"},"MaximumRetryAttempts":\#(attempts)}}"#
        let read = try template(function + (attempts.isEmpty ? "" : config))
        #expect(read.functions.first?.maximumRetryAttempts == expected)
        #expect(
            read.functions.first?.environment == [
                "OPERATORS_EMAIL": "operators@nerdwork.example", "SITE_URL": "https://nerdwork.example",
            ])
    }

    @Test(
        "A bus is named by its name or its ARN; the default one by nothing",
        arguments: [
            (String?.none, "default"), ("", "default"), ("nerdwork", "nerdwork"),
            ("arn:aws:events:us-east-1:123456789012:event-bus/nerdwork", "nerdwork"),
        ])
    func buses(text: String?, name: String) {
        #expect(EventBusName.short(text) == name)
    }

    @Test("Scheduler's keywords in an input are filled, others stay")
    func scheduleInput() {
        let input =
            #"{"id":"<aws.scheduler.execution-id>","time":"<aws.scheduler.scheduled-time>","a":"<aws.scheduler.schedule-arn>","x":"<aws.scheduler.other>"}"#
        let filled = ScheduleInput.fill(
            input, arn: "arn:s", at: .init(millisecondsSince1970: 1_795_241_700_042), execution: "e-1")
        #expect(
            filled == #"{"id":"e-1","time":"2026-11-21T06:15:00Z","a":"arn:s","x":"<aws.scheduler.other>"}"#)
    }
}
