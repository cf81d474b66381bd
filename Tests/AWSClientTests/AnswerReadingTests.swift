import Codecs
import HTTPTransport
import Testing

@testable import AWSClient

@Suite("How services' answers are read")
struct AnswerReadingTests {
    /// Smithy's protocol tests for AWS JSON 1.1 and REST-JSON, "Operation error serialization".
    @Test(
        "The error's name, without namespace and URI",
        arguments: [
            ("x-amzn-ErrorType: FooError", "{}"),
            ("X-Amzn-Errortype: FooError:http://internal.amazon.com/coral/com.amazon.coral.validate/", "{}"),
            ("x-amzn-errortype: aws.protocoltests.restjson#FooError:http://internal.amazon.com/", "{}"),
            ("x-amzn-errortype: aws.protocoltests.restjson#FooError", #"{"__type":"Other"}"#),
            ("A: b", #"{"__type":"FooError"}"#),
            ("A: b", #"{"__type":"aws.protocoltests.restjson#FooError"}"#),
            ("A: b", #"{"__type":"aws.protocoltests#FooError:http://internal.amazon.com/coral"}"#),
            ("A: b", #"{"code":"FooError"}"#),
            ("A: b", #"{"code":"aws.protocoltests.restjson#FooError:http://internal.amazon.com/"}"#),
        ])
    func name(field: String, body: String) {
        #expect(failure(400, [field], body).code == "FooError")
    }

    @Test(
        "What is no name is none",
        arguments: [
            "", "[]", "null", "<html>", #"{"__type":5}"#, #"{"__type":""}"#, #"{"__type":"Foo Error"}"#,
            #"{"__type":"ada@example.org"}"#, #"{"message":"x"}"#,
            #"{"__type":"\#(String(repeating: "a", count: 129))"}"#,
        ])
    func noName(body: String) {
        #expect(failure(400, [], body).code == nil)
    }

    @Test(
        "Retry-After in seconds or as a date, x-amz-retry-after in milliseconds",
        arguments: [
            (["Retry-After: 3"], RetryAfter.atLeast(milliseconds: 3_000) as RetryAfter?),
            (["Retry-After: Fri, 15 Jan 2027 08:00:07 GMT"], .atLeast(milliseconds: 7_000)),
            (
                ["Retry-After: Fri, 15 Jan 2027 08:00:07 GMT", "Date: Fri, 15 Jan 2027 08:00:05 GMT"],
                .atLeast(milliseconds: 2_000)
            ),
            (["Retry-After: Thu, 01 Jan 1970 00:00:00 GMT"], .atLeast(milliseconds: 0)),
            (["x-amz-retry-after: 1500"], .hint(milliseconds: 1_500)),
            (["x-amz-retry-after: 1500", "Retry-After: 1"], .atLeast(milliseconds: 1_000)),
            (["Retry-After: -1"], nil), (["Retry-After: soon"], nil), (["x-amz-retry-after: 1.5"], nil),
            // More digits than any sensible time has are a long wait, not none.
            (["Retry-After: 99999999999999999999"], .atLeast(milliseconds: 999_999_999_000)), ([], nil),
        ])
    func retryAfter(fields: [String], expected: RetryAfter?) {
        #expect(failure(503, fields, "").retryAfter == expected)
    }

    /// RFC 9110, section 5.6.7, has the first.
    @Test(
        "HTTP's dates",
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777_000 as Int64?),
            ("Fri, 15 Jan 2027 08:00:00 GMT", 1_800_000_000_000),
            ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("Sun Nov  6 08:49:37 1994", nil),
            ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("Sun, 06 Xyz 1994 08:49:37 GMT", nil),
            ("Sun, 31 Feb 1994 08:49:37 GMT", nil), ("", nil),
        ])
    func date(text: String, milliseconds: Int64?) {
        #expect(HTTPDate.parse(text)?.millisecondsSince1970 == milliseconds)
    }

    /// Services refuse from five minutes on; their date has lost its fraction and is as old as the answer's way.
    @Test("The clock is set by a date that is nearly five minutes off, and not again by the same")
    func skew() {
        let now = Timestamp(millisecondsSince1970: 1_800_000_000_000)
        var skew = ClockSkew()
        let dates = [nil, 239_999, 298_000, -3_600_000, -3_600_000].map { (ahead: Int64?) in
            ahead.map { now.advanced(byMilliseconds: $0) }
        }
        let learned = dates.map { skew.learn(serverDate: $0, at: now) }
        #expect(learned == [false, false, true, true, false])
        #expect(skew.corrected(now) == now.advanced(byMilliseconds: -3_600_000))
    }

    private func failure(_ status: Int, _ fields: [String], _ body: String) -> ServiceFailure {
        let head = "HTTP/1.1 \(status) Told\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n"
        let response = HTTPResponse(status: status, head: Array(head.utf8), body: Array(body.utf8))
        return ServiceFailure(response, at: Timestamp(millisecondsSince1970: 1_800_000_000_000))
    }
}
