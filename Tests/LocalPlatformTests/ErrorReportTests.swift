import Testing

@testable internal import LocalPlatform
@testable internal import LocalRuntimeAPI

@Suite("What the caller of a failed function sees")
struct ErrorReportTests {
    private let body = #"{"errorMessage":"m","errorType":"Function.X","stackTrace":[],"errorCause":{"paths":[]}}"#

    private func visible(_ body: String, _ contentType: String?) -> String {
        let report = ErrorReport(type: nil, contentType: contentType, body: Array(body.utf8))
        return String(decoding: report.bodyForCaller, as: UTF8.self)
    }

    @Test("is the body without the cause, which goes to X-Ray")
    func withoutCause() {
        #expect(
            visible(body, "application/vnd.aws.lambda.error.cause+json")
                == #"{"errorMessage":"m","errorType":"Function.X","stackTrace":[]}"#)
    }

    @Test("is the body as it was posted, where its type promises no cause or it is no object")
    func asPosted() {
        #expect(visible(body, "application/json") == body)
        #expect(visible(body, nil) == body)
        #expect(visible("[1,", "application/vnd.aws.lambda.error.cause+json") == "[1,")
    }
}
