import LambdaEvents
import LambdaRuntime
import Logging
import StrictJSON

/// The messages of one invocation: which failed, and why.
///
/// Lambda deletes from the queue what is not in the answer, and delivers the rest again (`ReportBatchItemFailures`).
struct QueueBatch {
    private let messages: [SQSEvent.Message]
    private(set) var failures: [(any Error)?]
    /// The events that could be read, with the places of their messages.
    let events: [(place: Int, event: EventBridgeEvent)]

    /// A message whose body is no event has failed already.
    init(_ event: SQSEvent) {
        messages = event.messages
        var failures = [(any Error)?](repeating: nil, count: event.messages.count)
        var events: [(place: Int, event: EventBridgeEvent)] = []
        for (place, message) in event.messages.enumerated() {
            do throws(JSONError) {
                events.append((place, try message.event()))
            } catch {
                failures[place] = error
            }
        }
        self.failures = failures
        self.events = events
    }

    mutating func fail(_ place: Int, _ error: any Error) {
        failures[place] = error
    }

    /// `{"batchItemFailures":[{"itemIdentifier":"…"}]}`; each failure is in the log with its type.
    func answer(_ logger: Logger) -> JSONWriter {
        JSONWriter.object { writer in
            writer.array("batchItemFailures") { list in
                for (message, failure) in zip(messages, failures) {
                    guard let failure else { continue }
                    let error = EventFailure.reported(failure, logger)
                    logger.error(
                        "a message of the batch failed",
                        metadata: [
                            "messageId": "\(message.id)", "errorType": "\(error.type)", "error": "\(error.message)",
                        ])
                    list.object { $0.member("itemIdentifier", message.id) }
                }
            }
        }
    }
}
