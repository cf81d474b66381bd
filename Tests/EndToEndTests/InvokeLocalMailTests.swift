import Codecs
import Platform
import PostgresClient
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("invoke-local carries events and catches mail")
struct InvokeLocalMailTests {
    @Test("a reader signs up and gets one mail, however often the event comes")
    func welcome() throws {
        try withDatabase { database in
            let tool = try InvokeLocal(database)
            let first = try tool.json("notification", "events/user-signed-up.json")
            try #require(first.mails.count == 1)
            #expect(first.mails[0]["to"] == .array([.string("ada@reader.example")]))
            #expect(first.mails[0]["tags"]?["template"]?.text == "welcome")
            #expect(first.detailTypes == ["Email Sent", "Email Delivered"])
            for type in first.detailTypes {
                #expect(first.event(type)?["receivers"] == .array([.string("notification")]))
            }

            let second = try tool.json("notification", "events/user-signed-up.json", "--repeat", "3")
            #expect(second.mails == [])
            #expect(second.detailTypes == [])
            // What SES told of the mail is known.
            #expect(second.response?["mails"]?.elements.first?["state"]?.text == "delivered")

            #expect(try tool.look("mail").split(separator: "\n").count == 1)
            let shown = try tool.look("mail", "show", "1")
            for text in ["To: ada@reader.example", "Auto-Submitted: auto-generated", "https://nerdwork.example/"] {
                #expect(shown.contains(text), "\(shown)")
            }
        }
    }

    @Test("mail that bounces is the last one to its address")
    func bounce() throws {
        try withDatabase { database in
            let tool = try InvokeLocal(database)
            let signUp = try Self.event("user-signed-up", to: "bounce+1@simulator.amazonses.com", in: tool)
            let first = try tool.json("notification", signUp)
            #expect(first.mails.count == 1)
            #expect(first.detailTypes == ["Email Sent", "Email Bounced"])
            let reset = try Self.event("password-reset-requested", to: "bounce+1@simulator.amazonses.com", in: tool)
            let second = try tool.json("notification", reset)
            #expect(second.mails == [])
        }
    }

    @Test("what nobody published is published by the relay, and what nobody can use is tried again and kept")
    func relayAndDeadLetters() throws {
        try withDatabase { database in
            let id = "0199ae20-0000-7000-8000-000000000001"
            let detail = """
                {"transactionId":"0199ae20-0000-8000-8000-000000000002","type":"GIFT","amount":5,"occurredAt":1795241700042,
                "parties":[{"userId":"nobody-1","amount":-5},{"userId":"nobody-2","amount":5}]}
                """
            try database.connect().execute(
                """
                insert into outbox.events (event_id, aggregate, source, detail_type, detail)
                values (\(id)::uuid, 'wallet', 'nerdwork.wallet', 'TransferPosted', \(detail)::jsonb)
                """)
            let tool = try InvokeLocal(database)
            let run = try tool.json("loyalty", "events/loyalty-me.json")
            #expect(run.detailTypes == ["TransferPosted"])
            let event = try #require(run.event("TransferPosted"))
            #expect(event["event"]?["detail"]?["id"]?.text == id)
            #expect(event["receivers"] == .array([.string("notification")]))

            let path = try #require(event["deadLetters"]?.elements.first?.text)
            let record = try JSONTree(parsing: try Files.read(path))
            #expect(record["requestContext"]?["approximateInvokeCount"]?.scalarText == "3")
            #expect(record["requestPayload"]?["detail"]?["id"]?.text == id)
            #expect(record["responsePayload"]?["errorType"]?.text == "Function.MalformedEvent")
            // Published: the next run finds nothing.
            #expect(try tool.json("loyalty", "events/loyalty-me.json").detailTypes == [])

            let listed = try tool.look("dead-letters")
            #expect(listed.contains("NotifyOnTransfer → notification, 3 attempts"), "\(listed)")
            #expect(listed.contains("Function.MalformedEvent"), "\(listed)")
            // Nobody knows this type of transfer yet: it fails again and is kept.
            let name = String(path.split(separator: "/").last ?? "")
            let replayed = try tool.run("dead-letters", "replay", name, "--no-build")
            #expect(replayed.status == 1 && replayed.output.contains("failed again"), "\(replayed.output)")
            #expect(Files.exists(path))
        }
    }

    @Test("what was sealed before the secret was rotated is still opened, and what is sealed after it as well")
    func rotation() throws {
        try withDatabase { database in
            let tool = try InvokeLocal(database)
            _ = try tool.json("loyalty", "events/loyalty-me.json")
            let template = try Template(parsing: try Files.read("\(tool.folder)/template.json"))
            let store = try SecretStore(
                folder: "\(tool.folder)/.nerdwork", definitions: template.secrets, keyFolder: tool.keyFolder)
            let path = try Self.event("user-signed-up", to: "ada@reader.example", in: tool)
            let filled = try SampleEvent.fill(try Files.read(path), now: SystemClock.now(), run: 1)
            let secret = try store.currentValue("EventSealingSecret")
            let sealed = try SealedSample.seal(try JSONTree(parsing: filled), secret: secret)
            try Files.write(sealed.compactText, to: path)

            _ = try tool.look("secrets", "rotate", "EventSealingSecret")
            #expect(try store.currentValue("EventSealingSecret") != secret)
            #expect(try tool.json("notification", path).mails.count == 1)
            #expect(try tool.json("notification", "events/user-signed-up.json", "--run", "2").mails.count == 1)
        }
    }

    /// A sample event of the repository with another address, as a file in the tool's folder.
    private static func event(_ name: String, to address: String, in tool: InvokeLocal) throws -> String {
        let text = String(decoding: try Files.read("\(InvokeLocal.repository)/events/\(name).json"), as: UTF8.self)
        let path = "\(tool.folder)/\(name).json"
        try Files.write(text.replacing("ada@reader.example", with: address), to: path)
        return path
    }
}
