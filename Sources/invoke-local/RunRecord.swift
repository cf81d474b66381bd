internal import LocalPlatform
internal import StrictJSON

/// Everything that came of one run of the tool, for `--json`.
struct RunRecord {
    var results: [InvocationResult] = []
    var deliveries: [Delivery] = []
    var mails: [StoredMail] = []

    var object: JSONWriter {
        JSONWriter.object { object in
            object.array("invocations") { array in
                for result in results { array.object { Self.write(result, to: &$0) } }
            }
            object.array("events") { array in
                for delivery in deliveries { array.object { Self.write(delivery, to: &$0) } }
            }
            object.member("mail", mails.map(\.tree))
        }
    }

    private static func write(_ delivery: Delivery, to object: inout JSONObjectWriter) {
        object.member("event", delivery.event.envelope)
        object.member("receivers", delivery.receipts.map(\.function))
        object.member("deadLetters", delivery.receipts.compactMap(\.deadLetter))
    }

    private static func write(_ result: InvocationResult, to object: inout JSONObjectWriter) {
        switch result.outcome {
        case .response(let body):
            object.member("response", EventFile.tree(body))
            object.member("error", JSONTree.null)
        case .failure(let body):
            object.member("response", JSONTree.null)
            object.member("error", EventFile.tree(body))
        }
        object.member("report") { report in
            report.member("requestId", result.report.requestID)
            report.member("durationMilliseconds", Double(result.report.durationMicroseconds) / 1000)
            report.member("billedMilliseconds", result.report.billedMilliseconds)
            report.member("initMilliseconds", result.report.initMicroseconds.map { Double($0) / 1000 })
            report.member("memorySizeMegabytes", result.report.memoryMegabytes)
            report.member("peakMemoryMegabytes", result.report.peakMemoryMegabytes)
            report.member("status", result.report.status)
        }
    }
}
