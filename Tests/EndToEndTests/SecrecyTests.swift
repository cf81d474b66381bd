import Codecs
import LocalRuntimeAPI
import MailStandIn
import Platform
import ServiceKit
import StrictJSON
import TestSupport
import Testing

/// What the executables write and answer while everything around them fails, at the most talkative log level.
@Suite("No failure tells a secret")
struct SecrecyTests {
    private static let accessSecret = "wJalrXUtnFEMI-K7MDENG-secret"
    private static let sessionToken = "session-token-that-nobody-sees"
    private static let address = "reader-7@mail.example"
    private static let token = "one-time-token-that-nobody-sees"
    private static let secrets = [accessSecret, sessionToken, address, "reader-7", token, MailStage.secret]

    private func variables(_ stage: MailStage) -> [String: String] {
        stage.variables.merging([
            "AWS_SECRET_ACCESS_KEY": Self.accessSecret, "AWS_SESSION_TOKEN": Self.sessionToken,
            "AWS_LAMBDA_LOG_LEVEL": "TRACE",
        ]) { $1 }
    }

    private func event(_ stage: MailStage) throws -> [UInt8] {
        let id = UUID(high: 0x0192_0000_0000_8000, low: 0x8000_0000_0000_7777)
        let personal = Array(#"{"address":"\#(Self.address)","token":"\#(Self.token)"}"#.utf8)
        let sealed = try EventSeal(secret: Array(MailStage.secret.utf8)).seal(personal, eventID: id)
        return stage.envelope(source: "nerdwork.auth", "EmailVerificationRequested", id: "e-7") { detail in
            detail.member("id", id.description)
            detail.member("version", 1)
            detail.member("locale", "en")
            detail.member("signupId", "0199ae20-0000-7000-8000-000000000009")
            detail.member("occurredAt", SystemClock.now().millisecondsSince1970)
            detail.member("expiresAt", SystemClock.now().advanced(byMilliseconds: 3_600_000).millisecondsSince1970)
            detail.member("sealed", sealed)
        }
    }

    @Test(
        "A mail that SES takes, refuses, throttles or breaks off, and settings or services that are wrong",
        arguments: [
            "taken", "refused", "throttled", "broken", "no database", "wrong seal", "no service",
            "header in a variable",
        ])
    func mail(_ fault: String) throws {
        try withMail { stage in
            var variables = variables(stage)
            switch fault {
            case "refused": stage.mail.script(.refuse(400, "MessageRejected"))
            case "throttled":
                let throttled = MailStandIn.Step.refuse(429, "TooManyRequestsException")
                stage.mail.script(throttled, throttled, throttled)
            case "broken": stage.mail.script(.acceptAndCut)
            case "no database": variables["PGHOST"] = "/nowhere"
            case "wrong seal": variables["EVENT_SEALING_SECRET_ARN"] = "notification-of-others"
            case "no service": variables["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"
            case "header in a variable": variables["AWS_SESSION_TOKEN"] = Self.sessionToken + "\r\nX-Evil: 1"
            default: break
            }
            let run = try invokeOnce("notification", event(stage), variables)
            let told = run.output + (try text(#require(run.outcome)))
            #expect((stage.mail.accepted.count == 1) == ["taken", "broken"].contains(fault), "\(told)")
            for secret in Self.secrets { #expect(!told.contains(secret), "\(fault): \(secret)") }
        }
    }

    private func text(_ outcome: InvocationOutcome) -> String {
        if case .response(let body) = outcome { return String(decoding: body, as: UTF8.self) }
        return String(describing: outcome)
    }
}
