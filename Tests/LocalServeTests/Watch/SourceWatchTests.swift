import LocalPlatform
import Platform
import TestSupport
import Testing

@testable import LocalServe

@Suite("Sources that change while the stack is served")
struct SourceWatchTests {
    @Test("are built once they rest, and a build that fails is said")
    func builds() throws {
        let script = try ScriptedFunction(handle: "")
        defer { script.remove() }
        let sources = "\(script.folder)/Sources"
        try Files.makeFolder(sources)
        try Files.write("1", to: "\(sources)/a.swift")
        let journal = Journal()
        let watch = SourceWatch(of: script.folder, packages: ["good", "bad", "same"], journal: journal) {
            (name: String) throws(LocalError) in
            if name == "bad" { throw LocalError(.software, "bad could not be built") }
            return name == "good"
        }
        watch.start()
        defer { watch.stop() }
        usleep(300_000)
        #expect(journal.entries(after: 0, limit: 9).isEmpty)
        try Files.write("2", to: "\(sources)/a.swift")
        _ = journal.wait(after: 1, limit: 9, milliseconds: 60_000)
        let notes = journal.entries(after: 0, limit: 9).map { entry in
            if case .note(let text) = entry.happening { text } else { "" }
        }
        #expect(notes == ["good was built again; its processes are replaced.", "bad: bad could not be built"])
    }

    @Test("an executable on the shelf stays what it was until the next one is whole")
    func shelf() throws {
        let built = try ScriptedFunction(handle: "")
        defer { built.remove() }
        let kept = "\(built.folder)/kept"
        let shelf = try ExecutableShelf(built.folder, keptIn: kept)
        let path = shelf.path(of: "scripted")
        #expect(path == "\(kept)/scripted" && Files.isExecutable(path))
        #expect(try !shelf.renew("scripted"))
        // The linker makes another file of that name.
        let first = try Files.read(path)
        _ = unsafe unlink(built.path)
        #expect(try Files.read(path) == first)
        #expect(throws: LocalError.self) { try shelf.renew("scripted") }
    }
}
