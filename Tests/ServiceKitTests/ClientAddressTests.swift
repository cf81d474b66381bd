import LambdaEvents
import LambdaRuntime
import ServiceKit
import StrictJSON
import Testing

@Suite struct ClientAddressTests {
    @Test(
        "Addresses have one text: IPv4 as it is, IPv6 as RFC 5952 writes it",
        arguments: [
            ("192.0.2.1", "192.0.2.1", "192.0.2.0/24"), ("0.0.0.0", "0.0.0.0", "0.0.0.0/24"),
            ("255.255.255.255", "255.255.255.255", "255.255.255.0/24"),
            ("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.0/24"), ("::FFFF:C000:0201", "192.0.2.1", "192.0.2.0/24"),
            ("0:0:0:0:0:ffff:c000:201", "192.0.2.1", "192.0.2.0/24"),
            // RFC 4291, section 2.2, and RFC 5952, sections 4 and 5.
            ("2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a", "2001:db8::/64"),
            ("FF01:0:0:0:0:0:0:101", "ff01::101", "ff01::/64"), ("::1", "::1", "::/64"), ("::", "::", "::/64"),
            ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1", "2001:db8::/64"),
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1", "2001:0:0:1::/64"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1", "2001:db8:0:1::/64"),
            ("2001:db8::192.0.2.1", "2001:db8::c000:201", "2001:db8::/64"), ("1::", "1::", "1::/64"),
            ("fe80::1:2:3:4", "fe80::1:2:3:4", "fe80::/64"),
        ])
    func texts(_ text: String, _ canonical: String, _ prefix: String) {
        let address = ClientAddress(text: text)
        #expect(address?.text == canonical && address?.prefix == prefix)
    }

    @Test(
        "What is no address is none",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "1.2.3.4 ", "1.2.3.+4", "0x1.2.3.4", "1.2.3.４", "1..2.3",
            ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "12345::", "g::",
            "::1%eth0",
            "[::1]", "::1.2.3", "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", ":1:2:3:4:5:6:7", "::1/64",
            "192.0.2.1, 198.51.100.1",
        ])
    func refused(_ text: String) {
        #expect(ClientAddress(text: text) == nil)
    }

    @Test("Limits are counted by whole IPv4 addresses and by the /64 of IPv6 ones")
    func buckets() {
        #expect(ClientAddress(text: "192.0.2.1")?.bucket == [192, 0, 2, 1])
        #expect(ClientAddress(text: "::ffff:192.0.2.1")?.bucket == [192, 0, 2, 1])
        #expect(ClientAddress(text: "2001:db8:1:2:3:4:5:6")?.bucket == [0x20, 1, 0x0D, 0xB8, 0, 1, 0, 2])
        #expect(ClientAddress(text: "2001:db8:1:2::")?.bucket == ClientAddress(text: "2001:db8:1:2:ffff::")?.bucket)
    }

    @Test("Only the gateway's view of the connection counts; what the client claims in fields does not")
    func fields() throws {
        var dispatcher = EventDispatcher()
        dispatcher.get("/") { request, _ in .json { $0.member("address", ClientAddress(request).text) } }
        func text(sourceIP: String) throws -> String? {
            let event = APIGatewayRequest(
                context: .init(http: .init(method: "GET", path: "/", sourceIP: sourceIP)), rawPath: "/",
                headers: [
                    "x-forwarded-for": "198.51.100.1", "forwarded": "for=198.51.100.1", "x-real-ip": "198.51.100.1",
                    "true-client-ip": "198.51.100.1", "cf-connecting-ip": "198.51.100.1",
                    "x-nw-viewer": "198.51.100.1", "x-nw-origin": "anything",
                ])
            return try dispatcher.answer(to: event).json?["address"]?.string()
        }
        #expect(try text(sourceIP: "192.0.2.7") == "192.0.2.7")
        #expect(try text(sourceIP: "") == "::")
        #expect(try text(sourceIP: "somewhere") == "::")
    }
}
