import AWSClient
import Codecs
import TestSupport

/// A clock that only sleeping moves, and random numbers that are told.
final class TestTime {
    var now = Timestamp(millisecondsSince1970: 1_800_000_000_000)
    var sleeps: [Int64] = []
    var jitter = 1.0
}

/// A client against the service, with credentials unless the variables say otherwise.
func client(
    _ service: ScriptedService, _ time: TestTime = TestTime(), _ variables: [String: String] = [:]
) -> AWSClient {
    client(endpoint: service.url, time, variables)
}

func client(endpoint: String, _ time: TestTime = TestTime(), _ variables: [String: String] = [:]) -> AWSClient {
    let defaults = [
        "AWS_ENDPOINT_URL": endpoint, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    ]
    let all = defaults.merging(variables) { $1 }
    return AWSClient(
        environment: { all[$0] }, now: { time.now },
        sleep: { milliseconds in
            time.sleeps.append(milliseconds)
            time.now = time.now.advanced(byMilliseconds: milliseconds)
        },
        random: { time.jitter })
}

extension OutgoingEmail {
    static let sample = OutgoingEmail(
        from: "Nerdwork+ <no-reply@mail.nerdwork.dev>", to: "ada@example.org", subject: "Bestätigung",
        text: "Hello", html: "<p>Hello</p>", headers: [(name: "X-Entity-Ref-ID", value: "42")],
        tags: [(name: "template", value: "verify")], configurationSet: "nw-security")
}

extension EventEntry {
    static func sample(_ detail: String = #"{"id":"1"}"#) -> EventEntry {
        EventEntry(source: "nerdwork.loyalty", detailType: "RewardGranted", detail: Array(detail.utf8), bus: "nerdwork")
    }
}
