internal import Codecs
internal import Platform
import Testing

@testable internal import LocalPlatform

@Suite("Events that reach a function through a queue")
struct QueueReaderTests {
    private let folder: String
    private let bus = EventBus()

    private static func template(
        _ properties: String = #""FunctionResponseTypes":["ReportBatchItemFailures"],"BatchSize":3"#,
        queue: String = #""RedrivePolicy":{"maxReceiveCount":4}"#, mapping: String = "Q"
    ) throws -> Template {
        try Template(
            parsing: Array(
                """
                {"Parameters":{"Way":{"Type":"String","Default":"direct"}},
                 "Conditions":{"Queued":{"Fn::Equals":[{"Ref":"Way"},"queue"]}},
                 "Resources":{
                  "One":{"Type":"AWS::Lambda::Function",
                    "Properties":{"FunctionName":"n-one","Handler":"b","Code":{"S3Key":"one.zip"}}},
                  "Bus":{"Type":"AWS::Events::EventBus","Properties":{"Name":"nerdwork"}},
                  "Q":{"Type":"AWS::SQS::Queue","Condition":"Queued","Properties":{\(queue)}},
                  "Other":{"Type":"AWS::SQS::Queue","Properties":{}},
                  "M":{"Type":"AWS::Lambda::EventSourceMapping","Condition":"Queued","Properties":{
                    "FunctionName":{"Ref":"One"},"EventSourceArn":{"Fn::GetAtt":["\(mapping)","Arn"]},\(properties)}},
                  "OnA":{"Type":"AWS::Events::Rule","Properties":{"EventBusName":{"Ref":"Bus"},
                    "EventPattern":{"source":["a"]},"Targets":[{"Id":"1","Arn":
                    {"Fn::If":["Queued",{"Fn::GetAtt":["Q","Arn"]},{"Fn::GetAtt":["One","Arn"]}]}}]}}
                }}
                """.utf8), overrides: ["Way": "queue"])
    }

    init() throws {
        folder = try LocalAWSFixture.makeFolder()
    }

    private func remove() {
        _ = try? Command.run("/bin/rm", ["-rf", folder], environment: [:], folder: "/")
    }

    private func put(_ count: Int) {
        for number in 1...count {
            #expect(
                bus.put(
                    BusEvent(
                        bus: "nerdwork", id: "00000000-0000-4000-8000-00000000000\(number)", source: "a",
                        detailType: "T",
                        time: Timestamp(millisecondsSince1970: 1_795_241_700_042), resources: [],
                        detail: .object([.init(name: "n", value: .number(String(number)))]))))
        }
    }

    /// The numbers of the events in each batch, as the function saw them, and what became of each event.
    private func run(
        _ template: Template, answer: ([(id: String, number: String)]) -> (text: String, failing: Bool)
    ) throws -> (batches: [[String]], deliveries: [Delivery]) {
        var batches: [[String]] = []
        var deliveries: [Delivery] = []
        let carrier = EventCarrier(template: template, bus: bus, deadLetters: DeadLetters(folder: folder))
        try carrier.run { (function, payload) throws(LocalError) in
            let records = (try? JSONTree(parsing: payload))?["Records"]?.elements ?? []
            let batch = records.map { record in
                let body = record["body"]?.text.flatMap { try? JSONTree(parsing: Array($0.utf8)) }
                return (id: record["messageId"]?.text ?? "", number: body?["detail"]?["n"]?.scalarText ?? "")
            }
            #expect(function == "one")
            #expect(records.allSatisfy { $0["eventSource"]?.text == "aws:sqs" })
            #expect(records.allSatisfy { $0["eventSourceARN"]?.text == "arn:aws:sqs:us-east-1:123456789012:Q" })
            batches.append(batch.map(\.number))
            let (text, failing) = answer(batch)
            let report = InvocationReport(
                requestID: "r", durationMicroseconds: 1, initMicroseconds: nil, memoryMegabytes: 128,
                peakMemoryBytes: 0)
            return InvocationResult(
                outcome: failing ? .failure(Array(text.utf8)) : .response(Array(text.utf8)), report: report)
        } sweep: { () throws(LocalError) in
        } delivered: {
            deliveries.append($0)
        }
        return (batches, deliveries)
    }

    private func failures(_ identifiers: [String]) -> String {
        let items = identifiers.map { #"{"itemIdentifier":"\#($0)"}"# }.joined(separator: ",")
        return #"{"batchItemFailures":[\#(items)]}"#
    }

    @Test("Come in batches; what the answer names comes again, and is kept when it was given up")
    func partialFailures() throws {
        defer { remove() }
        put(7)
        let (batches, deliveries) = try run(try Self.template()) { batch in
            (failures(batch.filter { ["2", "6"].contains($0.number) }.map(\.id)), false)
        }
        #expect(batches == [["1", "2", "3"], ["4", "5", "6"], ["7"], ["2", "6"], ["2", "6"], ["2", "6"]])
        #expect(
            deliveries.map { $0.receipts.first?.deadLetter != nil } == [false, true, false, false, false, true, false])
        #expect(deliveries.map { $0.receipts.first?.attempts.count } == [1, 4, 1, 1, 1, 4, 1])
        let path = try #require(deliveries[1].receipts.first?.deadLetter)
        #expect(try JSONTree(parsing: try Files.read(path))["requestPayload"]?["detail"]?["n"]?.scalarText == "2")
    }

    /// Source: Lambda developer guide, "Implementing partial batch responses", "Success and failure conditions".
    @Test(
        "Have all failed or all succeeded as Lambda documents it",
        arguments: [
            (#"{"batchItemFailures":[]}"#, false, 1), (#"{"batchItemFailures":null}"#, false, 1), ("{}", false, 1),
            ("null", false, 1), (#"{"batchItemFailures":[{"itemIdentifier":""}]}"#, false, 4),
            (#"{"batchItemFailures":[{"itemIdentifier":"unknown"}]}"#, false, 4),
            (#"{"batchItemFailures":[{"id":"1"}]}"#, false, 4), ("no JSON", false, 4), ("{}", true, 4),
        ])
    func answers(text: String, failing: Bool, invocations: Int) throws {
        defer { remove() }
        put(2)
        let (batches, deliveries) = try run(try Self.template()) { _ in (text, failing) }
        #expect(batches == Array(repeating: ["1", "2"], count: invocations))
        #expect(deliveries.allSatisfy { ($0.receipts.first?.deadLetter != nil) == (invocations > 1) })
    }

    @Test("Succeed whatever the answer says where the mapping does not ask for failures; ten come at a time then")
    func withoutReports() throws {
        defer { remove() }
        put(9)
        let (batches, _) = try run(try Self.template(#""Enabled":true"#)) { batch in
            (failures(batch.map(\.id)), false)
        }
        #expect(batches == [(1...9).map(String.init)])
    }

    @Test("Are refused by name where no function reads the queue, and where it keeps an order")
    func refused() {
        for make in [
            { try Self.template(mapping: "Other") }, { try Self.template(queue: #""FifoQueue":true"#) },
            { try Self.template(#""BatchSize":10001"#) }, { try Self.template(#""Enabled":false"#) },
            { try Self.template(#""FilterCriteria":{"Filters":[]}"#) },
        ] as [() throws -> Template] {
            #expect(throws: LocalError.self) { try make() }
        }
    }
}
