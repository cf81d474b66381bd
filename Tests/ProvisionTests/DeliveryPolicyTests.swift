import HTTPTransport
import ProvisionService
import Testing

struct DeliveryPolicyTests {
    @Test(
        "only an accepted answer is delivered, and only what may pass is tried again",
        arguments: [
            (DeliveryPolicy.Outcome.status(200), 1, DeliveryPolicy.Step.delivered),
            (.status(204), 1, .delivered),
            (.status(301), 1, .giveUp),
            (.status(400), 1, .giveUp),
            (.status(403), 1, .giveUp),
            (.status(408), 1, .tryAgain(afterMilliseconds: 200)),
            (.status(429), 1, .tryAgain(afterMilliseconds: 200)),
            (.status(500), 1, .tryAgain(afterMilliseconds: 200)),
            (.status(503), 3, .tryAgain(afterMilliseconds: 800)),
            (.status(503), 6, .giveUp),
            (.failed(.connect), 1, .tryAgain(afterMilliseconds: 200)),
            (.failed(.timeout), 5, .tryAgain(afterMilliseconds: 3_200)),
            (.failed(.noResponse), 6, .giveUp),
            (.failed(.usage), 1, .giveUp),
        ])
    func steps(outcome: DeliveryPolicy.Outcome, attempt: Int, step: DeliveryPolicy.Step) {
        #expect(DeliveryPolicy.step(after: outcome, attempt: attempt, remainingMilliseconds: 60_000) == step)
    }

    @Test("a pause that would outlast the invocation is not begun")
    func noTimeLeft() {
        #expect(DeliveryPolicy.step(after: .status(500), attempt: 1, remainingMilliseconds: 300) == .giveUp)
        #expect(DeliveryPolicy.step(after: .failed(.timeout), attempt: 1, remainingMilliseconds: 0) == .giveUp)
    }

    @Test("production refuses any URL that is not https, before it opens a connection")
    func httpsOnly() {
        for url in ["http://127.0.0.1:1/", "HTTP://127.0.0.1:1/", "file:///etc/passwd", "ftp://127.0.0.1/", ""] {
            #expect(throws: TransportError(code: .usage, requestMayHaveBeenReceived: false)) {
                _ = try AnswerSender.overTLS(HTTPRequest(.put, url, timeoutMilliseconds: 1_000))
            }
        }
    }
}
