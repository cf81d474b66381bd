import Codecs
import HTTPTransport
import Testing

@testable import LambdaRuntime

/// The decisions of the loop as tables.
@Suite struct DecisionTests {
    @Test("The answers to next, each as the first")
    func next() {
        let table: [(NextOutcome, NextDecision?)] = [
            (.answered(status: 200, hasRequestID: true), .deliver),
            (.answered(status: 202, hasRequestID: true), .deliver),
            (.answered(status: 200, hasRequestID: false), .retry(afterMilliseconds: 0)),
            (.answered(status: 404, hasRequestID: true), .retry(afterMilliseconds: 0)),
            (.answered(status: 503, hasRequestID: false), .retry(afterMilliseconds: 0)),
            (.failed(.connect), .retry(afterMilliseconds: 0)),
            (.failed(.truncated), .retry(afterMilliseconds: 0)),
            (.failed(.noResponse), .retry(afterMilliseconds: 0)),
            (.failed(.interrupted), .stop),
            (.answered(status: 500, hasRequestID: false), nil),
            (.failed(.usage), nil),
        ]
        for (outcome, expected) in table {
            var policy = NextPolicy()
            let decision = policy.decide(outcome)
            if let expected {
                #expect(decision == expected, "\(outcome)")
            } else {
                guard case .exit = decision else {
                    Issue.record("\(outcome) must end the process, not \(decision)")
                    continue
                }
            }
        }
    }

    @Test("Five tries with growing waits, then the end; a delivery begins anew")
    func waits() {
        var policy = NextPolicy()
        let failure = NextOutcome.failed(.connect)
        #expect(policy.decide(failure) == .retry(afterMilliseconds: 0))
        #expect(policy.decide(failure) == .retry(afterMilliseconds: 10))
        #expect(policy.decide(.answered(status: 200, hasRequestID: true)) == .deliver)
        for wait: Int64 in [0, 10, 50, 200, 1_000] {
            #expect(policy.decide(failure) == .retry(afterMilliseconds: wait))
        }
        guard case .exit = policy.decide(failure) else {
            Issue.record("the sixth failure must end the process")
            return
        }
    }

    @Test("The answers to a post: every status from 200 to 599")
    func post() {
        for status in 200...599 {
            let decision = PostDecision.about(.answered(status: status), attempt: 0)
            switch (status, decision) {
            case (200...299, .accepted), (500, .exit): break
            case (300...499, .survive), (501...599, .survive): break
            default: Issue.record("\(status): \(decision)")
            }
        }
    }

    @Test("A post that brings no answer is sent once more")
    func postFailure() {
        for code in [TransportError.Code.connect, .noResponse, .truncated, .timeout] {
            #expect(PostDecision.about(.failed(code), attempt: 0) == .retry)
            guard case .survive = PostDecision.about(.failed(code), attempt: 1) else {
                Issue.record("\(code) must be given up")
                continue
            }
        }
    }

    @Test("Addresses of the Runtime API")
    func addresses() {
        let table: [(String, String?)] = [
            ("127.0.0.1:9001", "http://127.0.0.1:9001"),
            ("169.254.100.1:9001", "http://169.254.100.1:9001"),
            ("[::1]:9000", "http://[::1]:9000"),
            ("[::]:9000", "http://[::]:9000"),
            ("host.docker.internal:9001", "http://host.docker.internal:9001"),
            ("http://127.0.0.1:9000/.rt/loyalty", "http://127.0.0.1:9000/.rt/loyalty"),
            ("https://example.org/", "https://example.org"),
            ("", nil), (" ", nil), ("a b", nil), ("http://", nil), ("/", nil), ("a\r\nb", nil), ("a?b", nil),
        ]
        for (text, expected) in table {
            #expect(RuntimeAddress(text).map { $0.origin + $0.path } == expected, "\(text)")
        }
    }

    @Test("What is left until the deadline: never below 0, no overflow")
    func remaining() throws {
        func context(_ deadline: Int64) -> InvocationContext {
            InvocationContext(requestID: "1", deadline: Timestamp(millisecondsSince1970: deadline))
        }
        let now = Timestamp(millisecondsSince1970: 10_000)
        #expect(context(10_250).remainingMilliseconds(at: now) == 250)
        #expect(context(9_000).remainingMilliseconds(at: now) == 0)
        #expect(context(.max).remainingMilliseconds(at: Timestamp(millisecondsSince1970: -10)) == .max)
        #expect(context(.min).remainingMilliseconds(at: now) == 0)
        #expect(try context(10_250).budgetMilliseconds(at: now) == 50)
        let error = #expect(throws: FunctionError.self) { try context(10_200).budgetMilliseconds(at: now) }
        #expect(error?.type == "Function.DeadlineExceeded")
    }

    @Test("The number of loops")
    func concurrency() throws {
        let table: [(String?, Int, Bool)] = [
            (nil, 1, false), ("1", 1, true), ("4", 4, true), ("0", 1, true), ("-3", 1, true), ("many", 1, true),
            ("100000", 256, true),
        ]
        for (value, count, isConcurrent) in table {
            let variables = ["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:1", "AWS_LAMBDA_MAX_CONCURRENCY": value]
            let settings = try RuntimeSettings(registersExtension: false) { variables[$0] ?? nil }
            #expect(settings.concurrency == count)
            #expect(settings.isConcurrent == isConcurrent)
        }
    }
}
