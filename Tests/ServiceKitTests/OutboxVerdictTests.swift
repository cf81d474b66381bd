import AWSClient
import Codecs
import ServiceKit
import Testing

/// A claimed event with what a test is about.
func claimed(
    _ number: UInt64 = 1, attempts: Int32 = 1, ageMilliseconds: Int64 = 0, detailBytes: Int = 2
) -> ClaimedEvent {
    let filler = [UInt8](repeating: 0x20, count: max(0, detailBytes - 2))
    return ClaimedEvent(
        id: UUID(high: 0, low: number), attempts: attempts, ageMilliseconds: ageMilliseconds,
        createdAt: Timestamp(millisecondsSince1970: 0), source: "nerdwork.test", detailType: "Tested",
        detail: [0x7B] + filler + [0x7D])
}

@Suite("What becomes of an event that was sent")
struct OutboxVerdictTests {
    private static let day: Int64 = 24 * 3_600_000

    @Test("A success is published")
    func success() {
        #expect(OutboxVerdict.about(.success(eventID: "1"), claimed(), random: 1) == .published)
    }

    /// EventBridge API reference, `PutEventsResultEntry`: what it calls retryable and what not.
    @Test(
        "Errors that EventBridge calls retryable, and those that concern the caller, wait",
        arguments: [
            "InternalFailure", "ThrottlingException", "AccessDeniedException", "InvalidAccountIdException", "X",
        ])
    func retryable(code: String) {
        #expect(
            OutboxVerdict.about(.failure(code: code), claimed(), random: 1)
                == .again(code: code, afterMilliseconds: 1_000))
    }

    @Test(
        "Errors that concern the event itself end it at once",
        arguments: [
            "InvalidArgument", "MalformedDetail", "RedactionFailure", "NotAuthorizedForSourceException",
            "NotAuthorizedForDetailTypeException",
        ])
    func refused(code: String) {
        #expect(OutboxVerdict.about(.failure(code: code), claimed(), random: 1) == .dead(code: code))
    }

    @Test(
        "The wait doubles up to 15 minutes, and its jitter is full",
        arguments: [
            (1, 1.0, 1_000), (2, 1.0, 2_000), (5, 1.0, 16_000), (10, 1.0, 512_000), (11, 1.0, 900_000),
            (40, 1.0, 900_000), (.max, 1.0, 900_000), (5, 0.5, 8_000), (5, 0.0, 0), (0, 1.0, 1_000),
        ] as [(Int32, Double, Int64)])
    func backOff(_ row: (attempts: Int32, random: Double, milliseconds: Int64)) {
        let verdict = OutboxVerdict.about(
            .failure(code: "InternalFailure"), claimed(attempts: row.attempts), random: row.random)
        #expect(verdict == .again(code: "InternalFailure", afterMilliseconds: row.milliseconds))
    }

    @Test(
        "Given up after 10 attempts and 24 hours, not after one of them",
        arguments: [
            (9, day, false), (10, day - 1, false), (10, day, true), (100, 10 * day, true), (100, 0, false),
        ] as [(Int32, Int64, Bool)])
    func givenUp(_ row: (attempts: Int32, age: Int64, isDead: Bool)) {
        let event = claimed(attempts: row.attempts, ageMilliseconds: row.age)
        let verdict = OutboxVerdict.about(AWSError(.unavailable), event, random: 0)
        #expect(
            verdict == (row.isDead ? .dead(code: "unavailable") : .again(code: "unavailable", afterMilliseconds: 0)))
    }

    @Test("A call that is refused as a whole never ends an event at once: the settings may be wrong, not the event")
    func callErrors() {
        for code in [AWSError.Code.configuration, .credentials, .throttled, .rejected, .unavailable, .malformedAnswer] {
            let verdict = OutboxVerdict.about(AWSError(code, serviceCode: "Named"), claimed(), random: 0)
            #expect(verdict == .again(code: "Named", afterMilliseconds: 0))
        }
    }

    @Test("Neither description nor dump of an event shows its detail")
    func hidden() {
        let event = ClaimedEvent(
            id: UUID(high: 0, low: 1), attempts: 1, ageMilliseconds: 0, createdAt: Timestamp(millisecondsSince1970: 0),
            source: "s", detailType: "Tested", detail: Array(#"{"sealed":"hunter2"}"#.utf8))
        var dumped = ""
        dump(event, to: &dumped)
        #expect(!"\(event)\(dumped)".contains("hunter2"))
        #expect("\(event)" == "Tested \(event.id)")
    }
}
