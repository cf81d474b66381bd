import Foundation
import Testing

/// A message as Python's standard library reads it.
struct ParsedMessage: Decodable {
    let headers: [[String]]
    let defects: [String]
    let parts: [String]

    static func parse(_ bytes: [UInt8]) throws -> ParsedMessage {
        let file = FileManager.default.temporaryDirectory.appending(path: "nerdwork-message-\(UUID()).eml")
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let python = Process()
        let pipe = Pipe()
        python.executableURL = URL(filePath: "/usr/bin/env")
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "parse-message.py")
        python.arguments = ["python3", script.path]
        python.standardInput = try FileHandle(forReadingFrom: file)
        python.standardOutput = pipe
        try python.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        python.waitUntilExit()
        try #require(python.terminationStatus == 0, "python3 is needed; scripts/setup installs it")
        return try JSONDecoder().decode(ParsedMessage.self, from: output)
    }

    func header(_ name: String) -> [String] {
        headers.filter { $0[0] == name }.map { $0[1] }
    }
}
