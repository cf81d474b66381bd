import AWSClient
import AWSSignature
import Codecs
import HTTPTransport
import StrictJSON
import TestSupport
import Testing

@Suite("moto, which checks signatures and policies,")
struct AcceptedCallsTests {
    @Test("takes a mail, with all of Unicode in it")
    func mail() throws {
        let account = try MotoAccount.shared()
        let email = OutgoingEmail(
            from: "Nerdwork <\(MotoAccount.sender)>", to: "reader@example.com", subject: "Grüße, 読者 \u{1F4DA}",
            text: "Zeile 1\r\nZeile 2 – ü", html: "<p>ü &amp; 読</p>",
            headers: [("X-Entity-Ref-ID", "1")], tags: [("message_id", "a-1")])
        let id = try account.client(account.function).sendEmail(email, call: AWSCall())
        let sent = try sentMails(account)
        let mail = try #require(sent.first { $0["id"]?.matches(id) == true })
        #expect(try mail.member("subject").string() == email.subject)
        #expect(try mail.member("body").string() == email.html)
        #expect(try mail.member("destinations").member("ToAddresses").elements.map { try $0.string() } == [email.to])
    }

    @Test("takes events, and gives them to the rule's target")
    func events() throws {
        let account = try MotoAccount.shared()
        let details = (0..<10).map { #"{"id":"\#($0)","text":"ü\"\\ 読 \u0000"}"# }
        let entries = details.map {
            EventEntry(
                source: "nerdwork.test", detailType: "Tested", detail: Array($0.utf8), bus: MotoAccount.bus,
                time: Timestamp(millisecondsSince1970: 1_770_091_506_000))
        }
        let results = try account.client(account.function).putEvents(entries, call: AWSCall())
        #expect(results.count == 10)
        for result in results {
            guard case .success(let id) = result else {
                Issue.record("\(result)")
                continue
            }
            #expect(UUID(id) != nil)
        }
        #expect(try Set(received(account, count: 10)) == Set((0..<10).map(String.init)))
    }

    @Test("gives a secret, the current one and the one before", arguments: [SecretStage.current, .previous])
    func secret(stage: SecretStage) throws {
        let account = try MotoAccount.shared()
        let value = try account.client(account.function).secretValue(
            MotoAccount.secretName, stage: stage, call: AWSCall())
        #expect(value == Array((stage == .current ? MotoAccount.secretValue : MotoAccount.previousSecretValue).utf8))
    }

    @Test("takes the credentials of a role with their session token")
    func sessionToken() throws {
        let account = try MotoAccount.shared()
        let value = try account.client(account.assumedRole()).secretValue(MotoAccount.secretName, call: AWSCall())
        #expect(value == Array(MotoAccount.secretValue.utf8))
    }

    // No UTF-8: moto's web server reads fields as ISO 8859-1. botocore's signatures cover it (AWSSignatureTests).
    static let oddFields: [[(name: String, value: String)]] = [
        [("X-Note", "  blanks   inside  ")],
        [("X-Note", "a, b,c"), ("X-Other", "\"quoted  text\"")],
        [("X-Empty", ""), ("X-Twice", "1"), ("X-Twice", "0")],
        [("x-lower", "1"), ("X-UPPER", "2"), ("X-Mixed-Case", "3")],
        [("User-Agent", "not signed"), ("X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793")],
    ]

    @Test("agrees on odd fields", arguments: oddFields.indices)
    func fields(index: Int) throws {
        let account = try MotoAccount.shared()
        var call = MotoCall.form(account.server, service: "sts", version: "2011-06-15", "GetCallerIdentity", [])
        call.request.headers += Self.oddFields[index]
        let answer = try call.signedAndSent(account.function)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(try answer.element("Arn").hasSuffix(":user/function"))
    }

    static let oddQueries = ["a=1&b=2", "b=2&a=1&a=0", "empty=&a=%2F%2B%20", "B=1&a=1&-=.&_=~", "%C3%A9=%E8%AA%AD"]

    @Test("agrees on odd queries", arguments: oddQueries)
    func queries(query: String) throws {
        let account = try MotoAccount.shared()
        var call = MotoCall.json(
            account.server, service: "secretsmanager", target: "secretsmanager.GetSecretValue",
            #"{"SecretId":"nerdwork/test"}"#)
        call.request.query = query
        let answer = try call.signedAndSent(account.function)
        #expect(answer.status == 200, "\(answer.text)")
    }

    /// moto shows all that it holds at this address, which no check guards.
    private func sentMails(_ account: MotoAccount) throws -> [JSONValue] {
        let answer = try HTTPConnection(.init(userAgent: nil)).perform(
            HTTPRequest(.get, account.server.url + "/moto-api/data.json", timeoutMilliseconds: 60_000))
        let mails = try JSONDocument(parsing: answer.body).root.member("ses").member("Message")
        return try Array(mails.elements)
    }

    /// The `id` of each event's detail in the queue.
    private func received(_ account: MotoAccount, count: Int) throws -> [String] {
        let request = #"{"QueueUrl":"\#(account.queueURL)","MaxNumberOfMessages":\#(count)}"#
        let call = MotoCall.json(account.server, service: "sqs", target: "AmazonSQS.ReceiveMessage", request)
        let answer = try call.signedAndSent(account.administrator)
        return try JSONDocument(parsing: answer.body).root.member("Messages").elements.map { message in
            let event = try JSONDocument(parsing: message.member("Body").string()).root
            #expect(try event.member("detail").member("text").string(allowsNUL: true) == "ü\"\\ 読 \0")
            return try event.member("detail").member("id").string()
        }
    }
}
