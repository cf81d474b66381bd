import Codecs
import LocalPlatform
import LocalServe
import Platform
import Testing

/// Workers over a small template in a folder of their own.
///
/// Rules: `a` events of the bus nerdwork go to the function one, `q` events through the queue Q to two, `ab` to both.
final class EventStage {
    let folder: String
    let bus = EventBus()
    let journal = Journal()
    let template: Template

    static func text(attempts: Int = 2, age: Int = 21_600, queue: String = #""VisibilityTimeout":60"#) -> String {
        #"""
        {"Resources":{
          "One":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"n-one","Handler":"b","Code":{"S3Key":"one.zip"}}},
          "Two":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"n-two","Handler":"b","Code":{"S3Key":"two.zip"}}},
          "OneAsync":{"Type":"AWS::Lambda::EventInvokeConfig","Properties":{"FunctionName":{"Ref":"One"},
            "Qualifier":"$LATEST","MaximumRetryAttempts":\#(attempts),"MaximumEventAgeInSeconds":\#(age)}},
          "Bus":{"Type":"AWS::Events::EventBus","Properties":{"Name":"nerdwork"}},
          "Q":{"Type":"AWS::SQS::Queue","Properties":{\#(queue),"RedrivePolicy":{"maxReceiveCount":3}}},
          "M":{"Type":"AWS::Lambda::EventSourceMapping","Properties":{"FunctionName":{"Ref":"Two"},"BatchSize":4,
            "EventSourceArn":{"Fn::GetAtt":["Q","Arn"]},"FunctionResponseTypes":["ReportBatchItemFailures"]}},
          "OnA":{"Type":"AWS::Events::Rule","Properties":{"EventBusName":{"Ref":"Bus"},
            "EventPattern":{"source":["a","ab"]},"Targets":[{"Id":"1","Arn":{"Fn::GetAtt":["One","Arn"]}}]}},
          "OnQ":{"Type":"AWS::Events::Rule","Properties":{"EventBusName":{"Ref":"Bus"},
            "EventPattern":{"source":["q","ab"]},"Targets":[{"Id":"1","Arn":{"Fn::GetAtt":["Q","Arn"]},
            "InputPath":"$.detail"}]}},
          "T":{"Type":"AWS::SNS::Topic","Properties":{"TopicName":"people"}},
          "OnT":{"Type":"AWS::Events::Rule","Properties":{"EventBusName":{"Ref":"Bus"},
            "EventPattern":{"source":["t"]},"Targets":[{"Id":"1","Arn":{"Ref":"T"}}]}},
          "Off":{"Type":"AWS::Events::Rule","Properties":{"EventBusName":{"Ref":"Bus"},"State":"DISABLED",
            "EventPattern":{"source":["a"]},"Targets":[{"Id":"1","Arn":{"Fn::GetAtt":["Two","Arn"]}}]}},
          "Minutely":{"Type":"AWS::Scheduler::Schedule","Properties":{"ScheduleExpression":"rate(1 minute)",
            "Target":{"Arn":{"Fn::GetAtt":["One","Arn"]},
            "Input":"{\"at\":\"<aws.scheduler.scheduled-time>\",\"n\":\"<aws.scheduler.attempt-number>\"}"}}},
          "Nightly":{"Type":"AWS::Scheduler::Schedule","Properties":{"ScheduleExpression":"cron(0 2 * * ? *)",
            "Target":{"Arn":{"Fn::GetAtt":["Two","Arn"]},"Input":"{\"night\":\"<aws.scheduler.scheduled-time>\"}"}}},
          "Never":{"Type":"AWS::Scheduler::Schedule","Properties":{"ScheduleExpression":"rate(1 minute)",
            "State":"DISABLED","Target":{"Arn":{"Fn::GetAtt":["Two","Arn"]},"Input":"{}"}}}
        }}
        """#
    }

    init(_ text: String = EventStage.text()) throws {
        var path = Array("/tmp/nerdwork-events-XXXXXX".utf8CString)
        let made = unsafe path.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) }.map { unsafe String(cString: $0) }
        }
        folder = try #require(made)
        template = try Template(parsing: Array(text.utf8))
    }

    deinit {
        for name in Files.names(in: "\(folder)/dead-letters") { _ = unsafe unlink("\(folder)/dead-letters/\(name)") }
        _ = unsafe rmdir("\(folder)/dead-letters")
        for name in Files.names(in: folder) { _ = unsafe unlink("\(folder)/\(name)") }
        _ = unsafe rmdir(folder)
    }

    /// Workers whose second attempt comes after `retry` seconds.
    func workers(
        _ invoker: ScriptedInvoker, retry: Double = 0.02, workers: Int = 4, perFunction: Int = 4, capacity: Int = 10_000
    ) -> EventWorkers {
        EventWorkers(
            template: template, bus: bus, invoker: invoker, journal: journal, folder: folder,
            options: .init(retrySeconds: retry, workers: workers, perFunction: perFunction, capacity: capacity))
    }

    func put(_ source: String, _ number: Int = 1) -> Bool {
        bus.put(
            BusEvent(
                bus: "nerdwork", id: "event-\(number)", source: source, detailType: "T",
                time: Timestamp(millisecondsSince1970: 1_795_241_700_042), resources: [],
                detail: .object([.init(name: "n", value: .number(String(number)))])))
    }

    /// What became of deliveries, in their order: `event-1 delivered`.
    var outcomes: [String] {
        journal.entries(after: 0, limit: 10_000).compactMap { entry in
            guard case .delivery(let delivery) = entry.happening else { return nil }
            let outcome =
                switch delivery.outcome {
                case .delivered: "delivered"
                case .retrying: "retrying"
                case .deadLetter: "dead"
                }
            return "\(delivery.source) \(delivery.target) \(outcome) \(delivery.attempts)"
        }
    }

    func end(_ workers: EventWorkers) {
        workers.halt()
        workers.finish()
    }
}
