internal import Codecs
internal import Platform
import Testing

@testable internal import LocalPlatform

@Suite("Events on the local buses")
struct EventCarrierTests {
    private let folder: String
    private let bus = EventBus()
    private let carrier: EventCarrier

    /// Two functions: `one` listens to the bus nerdwork and is tried twice more, `two` to the default bus and is not.
    private static let template = """
        {"Resources":{
          "One":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"n-one","Handler":"b","Code":{"S3Key":"one.zip"}}},
          "Two":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"n-two","Handler":"b","Code":{"S3Key":"two.zip"}}},
          "TwoAsync":{"Type":"AWS::Lambda::EventInvokeConfig","Properties":{"FunctionName":{"Ref":"Two"},"MaximumRetryAttempts":0}},
          "Bus":{"Type":"AWS::Events::EventBus","Properties":{"Name":"nerdwork"}},
          "OnA":{"Type":"AWS::Events::Rule","Properties":{"EventBusName":{"Ref":"Bus"},"EventPattern":{"source":["a"]},
            "Targets":[{"Id":"1","Arn":{"Fn::GetAtt":["One","Arn"]}}]}},
          "OnDefault":{"Type":"AWS::Events::Rule","Properties":{"EventPattern":{"source":["a"]},
            "Targets":[{"Id":"1","Arn":{"Fn::GetAtt":["Two","Arn"]}}]}}
        }}
        """

    init() throws {
        folder = try LocalAWSFixture.makeFolder()
        carrier = EventCarrier(
            template: try Template(parsing: Array(Self.template.utf8)), bus: bus,
            deadLetters: DeadLetters(folder: folder))
    }

    private func remove() {
        _ = try? Command.run("/bin/rm", ["-rf", folder], environment: [:], folder: "/")
    }

    private func event(_ number: Int = 1, bus: String = "nerdwork") -> BusEvent {
        BusEvent(
            bus: bus, id: "00000000-0000-4000-8000-00000000000\(number)", source: "a", detailType: "T",
            time: Timestamp(millisecondsSince1970: 1_795_241_700_042), resources: [],
            detail: .object([.init(name: "n", value: .number(String(number)))]))
    }

    private func result(_ text: String, failing: Bool) -> InvocationResult {
        let report = InvocationReport(
            requestID: "r", durationMicroseconds: 1, initMicroseconds: nil, memoryMegabytes: 128, peakMemoryBytes: 0)
        return InvocationResult(
            outcome: failing ? .failure(Array(text.utf8)) : .response(Array(text.utf8)), report: report)
    }

    @Test("Reach the functions of their own bus alone, in order, as EventBridge writes them")
    func buses() throws {
        defer { remove() }
        for number in 1...3 { #expect(bus.put(event(number, bus: number == 2 ? "default" : "nerdwork"))) }
        var seen: [String] = []
        var payloads: [JSONTree] = []
        try carrier.run { (function, payload) throws(LocalError) in
            seen.append(function)
            payloads.append((try? JSONTree(parsing: payload)) ?? .null)
            return result("{}", failing: false)
        } sweep: { () throws(LocalError) in
        } delivered: { _ in
        }
        #expect(seen == ["one", "two", "one"])
        #expect(payloads.map { $0["detail"]?["n"]?.scalarText } == ["1", "2", "3"])
        #expect(payloads.first?["time"]?.text == "2026-11-21T06:15:00Z")
    }

    @Test(
        "Are tried again as often as the template says, and kept when nothing helps",
        arguments: [("nerdwork", 3), ("default", 1)])
    func deadLetters(busName: String, attempts: Int) throws {
        defer { remove() }
        #expect(bus.put(event(bus: busName)))
        var deliveries: [Delivery] = []
        try carrier.run { (_, _) throws(LocalError) in
            result(#"{"errorType":"Function.Broken"}"#, failing: true)
        } sweep: { () throws(LocalError) in
        } delivered: {
            deliveries.append($0)
        }
        let receipt = try #require(deliveries.first?.receipts.first)
        #expect(receipt.attempts.count == attempts)
        let path = try #require(receipt.deadLetter)
        #expect(path.contains(/\/dead-letters\/\d{8}T\d{6}Z-(one|two)\.json$/), "\(path)")
        #expect(Files.status(of: path)?.st_mode == S_IFREG | 0o600)
        let record = try JSONTree(parsing: try Files.read(path))
        #expect(record["requestPayload"]?["id"]?.text == event().id)
        #expect(record["requestContext"]?["condition"]?.text == "RetriesExhausted")
        #expect(record["requestContext"]?["approximateInvokeCount"]?.scalarText == String(attempts))
        #expect(record["responsePayload"]?["errorType"]?.text == "Function.Broken")
    }

    @Test("That the second attempt takes are not kept")
    func secondAttempt() throws {
        defer { remove() }
        #expect(bus.put(event()))
        var count = 0
        var deliveries: [Delivery] = []
        try carrier.run { (_, _) throws(LocalError) in
            count += 1
            return result("{}", failing: count == 1)
        } sweep: { () throws(LocalError) in
        } delivered: {
            deliveries.append($0)
        }
        #expect(deliveries.first?.receipts.first?.attempts.map(\.isFailure) == [true, false])
        #expect(deliveries.first?.receipts.first?.deadLetter == nil)
        #expect(!Files.exists("\(folder)/dead-letters"))
    }

    @Test("That cause each other without end are stopped")
    func endless() throws {
        defer { remove() }
        #expect(bus.put(event()))
        var count = 0
        let error = #expect(throws: LocalError.self) {
            try carrier.run { (_, _) throws(LocalError) in
                count += 1
                _ = bus.put(event())
                return result("{}", failing: false)
            } sweep: { () throws(LocalError) in
            } delivered: { _ in
            }
        }
        #expect(error?.description.contains("without end") == true)
        #expect(count == EventCarrier.maximumRounds)
    }

    @Test("Come from the sweep when the buses are empty, until it brings none")
    func sweep() throws {
        defer { remove() }
        var waiting = [event(1), event(2)]
        var seen = 0
        try carrier.run { (_, _) throws(LocalError) in
            seen += 1
            return result("{}", failing: false)
        } sweep: { () throws(LocalError) in
            if !waiting.isEmpty { _ = bus.put(waiting.removeFirst()) }
        } delivered: { _ in
        }
        #expect(seen == 2)
    }
}
