import Codecs
import Platform
import StrictJSON
import TestSupport

/// Reads of many readers over two weeks, and what the documented rules give for them.
///
/// The expectation is computed from the set of reads, by code that shares nothing with the service.
struct ReadingPlan: Sendable {
    struct Read: Hashable, Sendable {
        let eventID: String
        let reader: String
        let comic: String
        let time: Timestamp
    }

    let reads: [Read]
    /// Indices into `reads`, some of them several times, in random order.
    let deliveries: [Int]

    init(readCount: Int, readers: Int, repeated: Double, random: inout SeededRandom) {
        let today = SystemClock.now().day
        // Thirteen whole days back: nothing is too old, nothing lies ahead, and no day changes while the test runs.
        let activeDays = (0..<readers).map { _ in
            (1...13).filter { _ in Double.random(in: 0..<1, using: &random) < 0.8 }
        }
        reads = (0..<readCount).map { number in
            let reader = Int.random(in: 0..<readers, using: &random)
            let daysAgo = activeDays[reader].randomElement(using: &random) ?? 1
            let moment = today.advanced(by: -daysAgo).start.advanced(
                byMilliseconds: Int64.random(in: 0..<86_400_000, using: &random))
            return Read(
                eventID: "event-\(number)", reader: "reader-\(reader)",
                comic: "comic-\(Int.random(in: 0..<25, using: &random))", time: moment)
        }
        let again = (0..<readCount).filter { _ in Double.random(in: 0..<1, using: &random) < repeated }
        deliveries = (Array(0..<readCount) + again).shuffled(using: &random)
    }

    /// The event as EventBridge delivers it; byte for byte the same each time.
    func event(_ index: Int) -> [UInt8] {
        let read = reads[index]
        return JSONWriter.object { event in
            event.member("version", "0")
            event.member("id", read.eventID)
            event.member("detail-type", "ComicRead")
            event.member("source", "nerdwork.comic")
            event.member("account", "123456789012")
            event.member("time", RFC3339.format(read.time))
            event.member("region", "us-east-1")
            event.member("resources", [String]())
            event.member("detail") { detail in
                detail.member("userId", read.reader)
                detail.member("comicId", read.comic)
                detail.member("timestamp", read.time.millisecondsSince1970)
            }
        }.bytes
    }

    /// The events as Lambda hands them over from a queue; their place in the batch names their message.
    func batch(of indices: some Sequence<Int>) -> [UInt8] {
        JSONWriter.object { batch in
            batch.array("Records") { records in
                for (place, index) in indices.enumerated() {
                    records.object { record in
                        record.member("messageId", "message-\(place)")
                        record.member("body", String(decoding: event(index), as: UTF8.self))
                        record.member("eventSource", "aws:sqs")
                        record.member("eventSourceARN", "arn:aws:sqs:us-east-1:123456789012:ComicReads")
                    }
                }
            }
        }.bytes
    }

    /// NWT for each reader: 5 for each comic and day up to 50 a day, 15 on the third and 50 on the seventh day of each
    /// week of a streak (docs/architecture.md).
    var expectedBalances: [String: Int64] {
        var comics: [String: [UTCDay: Set<String>]] = [:]
        for read in reads { comics[read.reader, default: [:]][read.time.day, default: []].insert(read.comic) }
        return comics.mapValues { days in
            let points = days.values.reduce(Int64(0)) { $0 + min(50, 5 * Int64($1.count)) }
            let runs = Self.runLengths(Set(days.keys.map { Int($0.daysSince1970) }))
            return runs.reduce(points) { sum, length in
                (1...length).reduce(sum) { $0 + ($1 % 7 == 3 ? 15 : $1 % 7 == 0 ? 50 : 0) }
            }
        }
    }

    /// How long each streak is.
    private static func runLengths(_ days: Set<Int>) -> [Int] {
        days.filter { !days.contains($0 - 1) }.map { first in
            var length = 1
            while days.contains(first + length) { length += 1 }
            return length
        }
    }
}
