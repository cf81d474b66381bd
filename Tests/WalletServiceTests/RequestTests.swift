import Codecs
import Foundation
import Testing

@testable import WalletService

@Suite("What a request is called, and what it asks for")
struct RequestTests {
    private let ada = UUID(high: 0xADA, low: 0x1815)

    /// Python's hashlib over length-prefixed fields; `None` has the length 2^32 - 1 and no bytes.
    private func hashlib(_ fields: [String?]) throws -> [UInt8] {
        let script = """
            import hashlib, json, sys
            d = hashlib.sha256()
            for f in json.loads(sys.argv[1]):
                d.update((0xFFFFFFFF if f is None else len(f.encode())).to_bytes(4, 'big') + (f or '').encode())
            print(d.hexdigest())
            """
        let python = Process()
        let output = Pipe()
        python.executableURL = URL(filePath: "/usr/bin/env")
        let list = String(decoding: try JSONEncoder().encode(fields), as: UTF8.self)
        python.arguments = ["python3", "-c", script, list]
        python.standardOutput = output
        try python.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        python.waitUntilExit()
        try #require(python.terminationStatus == 0, "python3 is needed; scripts/setup installs it")
        return try #require(Hex.decode(text.prefix(64)))
    }

    @Test("the key is SHA-256 of caller and name, and the identifier its first bits in the form of version 8")
    func key() throws {
        let key = try #require(RequestKey("order-7", caller: ada))
        let expected = try hashlib(["nerdwork.wallet", ada.description, "order-7"])
        #expect(key.hash == expected)
        let id = key.resultID.bytes
        #expect(id[6] >> 4 == 8 && id[8] >> 6 == 2)
        #expect(Array(id[0..<6]) == Array(expected[0..<6]))
        #expect(id[7] == expected[7] && id[6] & 0x0F == expected[6] & 0x0F)
        #expect(key.eventID != key.resultID)
    }

    @Test("another caller or another name is another request; borders between fields count")
    func distinct() throws {
        let other = UUID(high: 0xADA, low: 0x1816)
        let keys = try [("a", ada), ("b", ada), ("a", other), ("aa", ada)].map { name, caller in
            try #require(RequestKey(name, caller: caller))
        }
        #expect(Set(keys.map(\.hash)).count == keys.count)
        #expect(Set(keys.map(\.resultID)).count == keys.count)
        #expect(Set(keys.map(\.eventID)).count == keys.count)
    }

    @Test(
        "a name has 1 to 255 visible ASCII characters",
        arguments: ["", " ", "a b", "ä", "a\n", "\u{7F}", String(repeating: "a", count: 256)])
    func refused(name: String) {
        #expect(RequestKey(name, caller: ada) == nil)
    }

    @Test("the longest name is one")
    func longest() {
        #expect(RequestKey(String(repeating: "~", count: 255), caller: ada) != nil)
    }

    @Test("commands that differ in anything have different hashes")
    func commands() throws {
        let other = UUID(high: 1, low: 2)
        var commands: [WalletCommand] = []
        for operation in WalletCommand.Operation.allCases {
            for subject in [nil, ada, other] {
                for person in [nil, ada, other] {
                    for amount in [nil, 1, 11, Int64.max] as [Int64?] {
                        for text in [nil, "", "1"] {
                            for seconds in [nil, 1, 60] as [Int32?] {
                                commands.append(
                                    WalletCommand(
                                        operation: operation, subject: subject, other: person, amount: amount,
                                        text: text, seconds: seconds))
                            }
                        }
                    }
                }
            }
        }
        #expect(Set(commands.map(\.hash)).count == commands.count)
        let tip = WalletCommand(operation: .tip, other: ada, amount: 5)
        #expect(try tip.hash == hashlib(["tip", nil, ada.description, "5", nil, nil]))
    }
}
