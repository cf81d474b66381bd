import Foundation
internal import LocalPlatform
import Testing

/// The scripts that ship, run as they are.
///
/// What they do with an account is tested in Python, where moto plays it (scripts/lib/deploy_account_test.py).
@Suite("Shipping")
struct ShippingTests {
    /// A program's status and everything that it wrote.
    private func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, said: String) {
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.currentDirectoryURL = URL(filePath: Repository.root)
        // A dry run must need nothing of an account, nor of whoever runs it.
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        process.environment = ["PATH": path, "HOME": FileManager.default.temporaryDirectory.path]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    @Test("The dry run's change set names every resource of the template with its type")
    func changeSet() throws {
        let result = try run("scripts/deploy", ["production", "--dry-run"])
        #expect(result.status == 0, "\(result.said)")
        let lines = Set(
            result.said.split(separator: "\n").map { line in
                line.split(separator: " ", omittingEmptySubsequences: true).dropFirst().prefix(2).joined(separator: " ")
            })
        let resources = try Repository.tree("template.json")["Resources"]?.members ?? []
        #expect(!resources.isEmpty)
        for resource in resources {
            #expect(lines.contains("\(resource.name) \(resource.value["Type"]?.text ?? "")"))
        }
    }

    @Test(
        "Each has a dry run that needs no account",
        arguments: [
            ["scripts/rollback", "staging", "--dry-run"], ["scripts/smoke", "--dry-run"],
            ["scripts/list-resources", "staging", "--dry-run"],
        ])
    func dryRuns(command: [String]) throws {
        let result = try run(command[0], Array(command.dropFirst()))
        #expect(result.status == 0, "\(result.said)")
    }

    @Test(
        "Whoever asks for what is not there is told so",
        arguments: [
            ["scripts/deploy", "nowhere", "--dry-run"],
            ["scripts/deploy", "staging", "--dry-run", "--parameter", "No=1"],
            ["scripts/deploy", "staging", "--dry-run", "--parameter", "Architecture=mips"],
            ["scripts/smoke", "http://nerdwork.example"], ["scripts/smoke"], ["scripts/rollback"],
            ["scripts/rollback", "staging", "--dry-run", "--to", "0000000000000000000000000000000000000000"],
        ])
    func refusals(command: [String]) throws {
        let result = try run(command[0], Array(command.dropFirst()))
        #expect(result.status != 0 && !result.said.contains("Traceback"), "\(result.said)")
    }

    @Test("No file has a key or a password in it")
    func secrets() throws {
        let result = try run("scripts/secret-scan", [])
        #expect(result.status == 0, "\(result.said)")
    }

    @Test("With moto in place of AWS: deployed, updated, rolled back, listed; workflows, costs, new functions")
    func account() throws {
        let python = "\(Repository.root)/.build/venv/bin/python"
        let result = try run(python, ["-B", "-m", "unittest", "discover", "-s", "scripts/lib", "-p", "*_test.py"])
        #expect(result.status == 0, "\(result.said.suffix(4_000))")
    }
}
