package import Logging

/// Tells what did not go out: ids, types and codes, never a detail.
package enum OutboxLog {
    /// Writes a line for each event that was given up, and one for those that wait for another attempt.
    package static func failures(of settlements: [Settlement], _ logger: Logger) {
        var waiting: [String: Int] = [:]
        for settlement in settlements {
            switch settlement.verdict {
            case .published: continue
            case .again(let code, _): waiting[code, default: 0] += 1
            case .dead(let code):
                let event = settlement.event
                logger.error(
                    "an event was given up",
                    metadata: ["eventId": "\(event.id)", "detailType": "\(event.detailType)", "code": "\(code)"])
            }
        }
        guard !waiting.isEmpty else { return }
        let codes = waiting.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
        logger.warning("events wait for another attempt", metadata: ["codes": "\(codes)"])
    }
}
