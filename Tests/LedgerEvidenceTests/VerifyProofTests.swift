import Codecs
import Foundation
import LedgerEvidence
import Testing

@Suite("scripts/verify-proof")
struct VerifyProofTests {
    private func verify(_ proof: Data, _ arguments: [String] = []) throws -> (status: Int32, said: String) {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        let script = root.appending(path: "scripts/verify-proof").path
        let (status, output) = try Vectors.run("python3", [script, "-"] + arguments, input: proof)
        return (status, String(decoding: output, as: UTF8.self))
    }

    @Test("Takes good proofs of trees of several heights", arguments: [(1, 0), (2, 1), (5, 4), (33, 32), (40, 21)])
    func good(count: Int, position: Int) throws {
        let proof = try sampleProof(leaves: count, position: position)
        let result = try verify(Data(proof.bytes))
        #expect(result.status == 0, "\(result.said)")
        #expect(result.said.contains("account \(proof.leaf.account) had \(proof.leaf.balance) NWT"))
    }

    @Test("Compares with the anchor")
    func anchor() throws {
        let proof = try sampleProof(leaves: 40, position: 21)
        let file = FileManager.default.temporaryDirectory.appending(path: "anchor-\(Foundation.UUID())")
        defer { try? FileManager.default.removeItem(at: file) }
        var forged = proof.record
        forged.madeAt.millisecondsSince1970 += 1
        for (record, status, said) in [(proof.record, 0 as Int32, "as anchored"), (forged, 1, "madeAt")] {
            try Data(record.canonical).write(to: file)
            let result = try verify(Data(proof.bytes), ["--anchor", file.path])
            #expect(result.status == status && result.said.contains(said), "\(result.said)")
        }
        try Data(proof.record.canonical + [0x0A]).write(to: file)
        #expect(try verify(Data(proof.bytes), ["--anchor", file.path]).status == 1)
        #expect(try verify(Data(proof.bytes), ["--anchor", "/nonexistent"]).status == 66)
    }

    @Test("Says whose proof it is")
    func account() throws {
        let proof = try sampleProof(leaves: 9, position: 5)
        #expect(try verify(Data(proof.bytes), ["--account", "\(proof.leaf.account)"]).status == 0)
        let result = try verify(Data(proof.bytes), ["--account", "4711"])
        #expect(result.status == 1 && result.said.contains("not 4711"))
    }

    /// Every string and number of a proof, by its place in the text.
    @Test("Finds a change of each member")
    func changed() throws {
        let proof = try sampleProof(leaves: 5, position: 2)
        let text = String(decoding: proof.bytes, as: UTF8.self)
        // A proof does not depend on whether its anchor is written.
        let values = text.matches(of: /":("[^"]*"|-?[0-9]+)/).map(\.output.1)
        #expect(values.count == 29)
        for value in values {
            let changed = value.hasPrefix("\"") ? Self.changed(value) : "1" + value
            let altered = text.replacingCharacters(in: value.startIndex..<value.endIndex, with: changed)
            let result = try verify(Data(altered.utf8))
            #expect([1, 65].contains(result.status), "\(value) for \(changed): \(result.said)")
        }
    }

    /// The same kind of text with another last character.
    private static func changed(_ value: Substring) -> String {
        let text = String(value.dropLast())
        let last = text.last == "1" ? "2" : "1"
        return text.dropLast() + last + "\""
    }

    @Test(
        "Refuses what is no proof", arguments: ["", "{}", "[]", "{\"version\":1,\"version\":1}", "NaN", "\u{FEFF}{}"])
    func noProof(text: String) throws {
        let result = try verify(Data(text.utf8))
        #expect(result.status == 65 && result.said.hasPrefix("no proof"), "\(result.said)")
    }
}
