import Codecs
import Foundation
import TestSupport
import Testing

@testable import AuthService

struct PasswordNormalizationTests {
    @Test("Normalization Form C is what Python's unicodedata says, for every code point and for random sequences")
    func composition() throws {
        let seed = SeededRandom.processSeed
        let lines = try normalized(seed: seed)
        try #require(lines.count > 100_000)
        var wrong: [Substring] = []
        for line in lines {
            let pair = line.split(separator: " ", omittingEmptySubsequences: false)
            let text = try #require(Hex.decode(Array(pair[0].utf8)))
            if Hex.encode(Password.composed(String(decoding: text, as: UTF8.self)).utf8) != pair[1] {
                wrong.append(line)
            }
        }
        #expect(wrong.isEmpty, "seed \(seed)")
    }

    private func normalized(seed: UInt64) throws -> [Substring] {
        let python = Process()
        let pipe = Pipe()
        python.executableURL = URL(filePath: "/usr/bin/env")
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "normalize.py")
        python.arguments = ["python3", script.path, String(seed)]
        python.standardOutput = pipe
        try python.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        python.waitUntilExit()
        try #require(python.terminationStatus == 0, "python3 is needed; scripts/setup installs it")
        return String(decoding: output, as: UTF8.self).split(separator: "\n")
    }
}
