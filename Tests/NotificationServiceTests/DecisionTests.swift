import AWSClient
import Codecs
import TestSupport
import Testing

@testable import NotificationService

@Suite("What follows from an attempt and from a report")
struct DecisionTests {
    /// Source of the codes: SES API reference, version 2, `SendEmail`, "Errors".
    static let outcomes: [(AWSError, SendOutcome)] = [
        (
            AWSError(.throttled, serviceCode: "TooManyRequestsException", status: 429),
            .throttled(code: "TooManyRequests")
        ),
        (AWSError(.throttled, serviceCode: "LimitExceededException", status: 400), .stopped(reason: "LimitExceeded")),
        (AWSError(.rejected, serviceCode: "SendingPausedException", status: 400), .stopped(reason: "SendingPaused")),
        (
            AWSError(.rejected, serviceCode: "AccountSuspendedException", status: 400),
            .stopped(reason: "AccountSuspended")
        ),
        (AWSError(.rejected, serviceCode: "NotFoundException", status: 404), .stopped(reason: "NotFound")),
        (AWSError(.rejected, serviceCode: "MessageRejected", status: 400), .refused(code: "MessageRejected")),
        (AWSError(.rejected, serviceCode: "BadRequestException", status: 400), .refused(code: "BadRequest")),
        (
            AWSError(.rejected, serviceCode: "MailFromDomainNotVerifiedException", status: 400),
            .stopped(reason: "MailFromDomainNotVerified")
        ),
        (AWSError(.rejected, detail: "too many header fields"), .refused(code: "rejected")),
        (AWSError(.credentials, serviceCode: "AccessDeniedException", status: 403), .notSent(code: "AccessDenied")),
        (AWSError(.deadline), .notSent(code: "deadline")),
        (AWSError(.unavailable), .notSent(code: "unavailable")),
        (AWSError(.unavailable, mayHaveTakenEffect: true), .unknown(code: "unavailable")),
        (
            AWSError(.unavailable, serviceCode: "InternalFailure", status: 500, mayHaveTakenEffect: true),
            .unknown(code: "InternalFailure")
        ),
        (AWSError(.malformedAnswer, status: 200, mayHaveTakenEffect: true), .unknown(code: "malformedAnswer")),
        // Whatever a service says may not become a sentence in the database.
        (AWSError(.rejected, serviceCode: "no such ada@mail.example", status: 400), .refused(code: "rejected")),
    ]

    @Test("83: each error of SES is one of five outcomes", arguments: outcomes)
    func outcome(error: AWSError, expected: SendOutcome) {
        #expect(SendOutcome(error) == expected)
    }

    @Test("83: only what may have been sent keeps its lease")
    func settlement() {
        let policy = SendingPolicy()
        func after(_ outcome: SendOutcome, attempts: Int = 1) -> Settlement {
            Settlement.after(outcome, attempts: attempts, policy: policy, random: 1)
        }
        #expect(after(.accepted(sesMessageID: "s")) == .sent(sesMessageID: "s"))
        #expect(after(.unknown(code: "c")) == .leased(code: "c", milliseconds: 300_000))
        #expect(after(.unknown(code: "c"), attempts: 3) == .leased(code: "c", milliseconds: 1_200_000))
        #expect(after(.unknown(code: "c"), attempts: .max) == .leased(code: "c", milliseconds: 21_600_000))
        #expect(after(.refused(code: "c")) == .failed(code: "c"))
        #expect(after(.stopped(reason: "c")) == .queued(code: "c", delay: 0))
        #expect(after(.throttled(code: "c")) == .queued(code: "c", delay: 15_000))
        #expect(after(.notSent(code: "c"), attempts: 4) == .queued(code: "c", delay: 120_000))
        #expect(after(.notSent(code: "c"), attempts: .max) == .queued(code: "c", delay: 900_000))
    }

    @Test("the pause has full jitter and never passes its limit")
    func backOff() {
        var random = SeededRandom(stream: 83)
        let policy = SendingPolicy()
        for _ in 0..<1_000 {
            let attempts = Int.random(in: 1...100, using: &random)
            let pause = policy.backOff(afterAttempts: attempts, random: Double.random(in: 0..<1, using: &random))
            #expect((0...900_000).contains(pause), "NERDWORK_TEST_SEED=\(random.seed)")
        }
    }

    @Test("81: reports in any order end in the same state, the one that knows most")
    func order() {
        var random = SeededRandom(stream: 81)
        let cases: [([DeliveryKind], MessageState)] = [
            ([.sent, .delivered], .delivered), ([.sent, .delivered, .bounced], .bounced),
            ([.sent, .delivered, .complained], .complained), ([.sent, .rejected], .failed),
            ([.sent, .delayed, .softBounced], .bounced), ([.sent, .unclearBounce, .delayed], .sent),
            ([.unclearBounce], .sent), ([.delayed], .sent),
        ]
        for (kinds, expected) in cases {
            for _ in 0..<20 {
                let end = kinds.shuffled(using: &random).reduce(MessageState.sending) { $0.after($1) }
                #expect(end == expected, "\(kinds), NERDWORK_TEST_SEED=\(random.seed)")
            }
        }
    }

    @Test("85: who bounced gets nothing, who complained security mail only, who refused all but optional mail")
    func suppression() {
        let table: [(SuppressionReason, [MailPurpose])] = [
            (.bounce, []), (.softBounce, []), (.complaint, [.security]),
            (.unsubscribed, [.security, .transactional]), (.manual, [.security, .transactional]),
        ]
        #expect(table.map(\.0) == SuppressionReason.allCases)
        for (reason, allowed) in table {
            for purpose in MailPurpose.allCases {
                let isForbidden = SuppressionRule.forbids(purpose, reasons: [reason])
                #expect(isForbidden == !allowed.contains(purpose), "\(reason) \(purpose)")
            }
        }
        #expect(!SuppressionRule.forbids(.optional, reasons: []))
        #expect(SuppressionRule.forbids(.security, reasons: [.unsubscribed, .bounce]))
    }

    @Test("85: only hard bounces, complaints and the third soft bounce in a week suppress")
    func suppressing() {
        #expect(SuppressionRule.suppression(after: .bounced, softBounces: 0) == .bounce)
        #expect(SuppressionRule.suppression(after: .complained, softBounces: 0) == .complaint)
        #expect(SuppressionRule.suppression(after: .softBounced, softBounces: 2) == nil)
        #expect(SuppressionRule.suppression(after: .softBounced, softBounces: 3) == .softBounce)
        for kind in [DeliveryKind.sent, .delivered, .delayed, .unclearBounce, .rejected, .notRendered] {
            #expect(SuppressionRule.suppression(after: kind, softBounces: 100) == nil)
        }
    }

    /// ISO 8601 weeks, as `date -d <day> +%G-W%V` (GNU coreutils) prints them.
    @Test(
        "weeks begin on Monday and belong to the year of their Thursday",
        arguments: [
            ("2026-11-21", "2026-W47"), ("2026-01-01", "2026-W01"), ("2027-01-03", "2026-W53"),
            ("2024-12-30", "2025-W01"), ("2021-01-03", "2020-W53"), ("2021-01-04", "2021-W01"),
        ])
    func weeks(day: String, week: String) throws {
        let day = try #require(RFC3339.parseDay(Array(day.utf8)))
        #expect(ISOWeek(of: day).description == week)
    }
}
