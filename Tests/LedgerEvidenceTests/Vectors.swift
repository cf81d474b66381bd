import Codecs
import Foundation
import LedgerEvidence
import Testing

/// What `vectors.py` prints.
struct Vectors: Decodable, Sendable {
    struct Row: Decodable, Sendable {
        let account, seq, balance, head, hash: String
        let stripe: Int16

        func leaf() throws -> Leaf {
            Leaf(
                account: try #require(Int64(account)), stripe: stripe, seq: try #require(Int64(seq)),
                balance: try #require(Int64(balance)), head: try #require(Hex.decode(head.utf8)))
        }
    }

    struct Node: Decodable, Sendable {
        let side: String?
        let hash, sum: String
    }

    struct Tree: Decodable, Sendable {
        let leaves: [Row]
        let root: Node
        let paths: [[Node]]
    }

    struct Link: Decodable, Sendable {
        let head, transaction, account, seq, amount, created, link: String
        let stripe: Int16
    }

    struct Record: Decodable, Sendable {
        let text, hash: String
    }

    let trees: [Tree]
    let links: [Link]
    let record: Record

    private static let made = Result { try make() }

    static func all() throws -> Vectors { try made.get() }

    private static func make() throws -> Vectors {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "vectors.py")
        let (status, output) = try run("python3", [script.path])
        try #require(status == 0, "python3 is needed; scripts/setup installs it")
        return try JSONDecoder().decode(Vectors.self, from: output)
    }

    /// Runs a program; standard error counts as output.
    static func run(_ program: String, _ arguments: [String], input: Data = Data()) throws -> (Int32, Data) {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let file = FileManager.default.temporaryDirectory.appending(path: "evidence-\(UUID())")
        try input.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        process.standardInput = try FileHandle(forReadingFrom: file)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, data)
    }
}

extension Vectors.Node {
    init(_ step: PathStep) {
        self.init(side: step.side.rawValue, hash: Hex.encode(step.node.hash), sum: "\(step.node.sum)")
    }
}

extension Vectors.Node: Equatable {}
