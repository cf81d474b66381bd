internal import LocalPlatform
internal import LocalRuntimeAPI
internal import Platform

/// Looks at the sources, builds functions again when something has changed, and lets them go on with it.
///
/// What runs is not lost: a process ends after its invocation, and the next one starts the new executable. A build that
/// fails leaves what runs as it is.
final class SourceWatch: Sendable {
    private struct State {
        var isStopped = false
    }

    private let folders: [String]
    private let packages: [String]
    private let journal: Journal
    private let renew: @Sendable (String) throws(LocalError) -> Bool
    private let state = Monitor(State())

    /// How often the sources are looked at, and how long they must rest before they are built, in milliseconds.
    private static let periodMilliseconds: Int64 = 500

    /// - Parameters:
    ///   - project: folder with `Package.swift` and `Sources`.
    ///   - renew: builds a package and puts it to use; false where nothing changed in it.
    init(
        of project: String, packages: [String], journal: Journal,
        renew: @escaping @Sendable (String) throws(LocalError) -> Bool
    ) {
        folders = ["\(project)/Package.swift", "\(project)/Sources"]
        self.packages = packages
        self.journal = journal
        self.renew = renew
    }

    func start() {
        guard let thread = SystemThread.start({ self.run() }) else {
            journal.record(.note("Nobody watches the sources: there is no thread."))
            return
        }
        thread.detach()
    }

    /// Ends the watch; a build that runs ends with the interruption of this process.
    func stop() {
        state.withState { $0.isStopped = true }
    }

    private func run() {
        var built = newest()
        while !isStopped(after: Self.periodMilliseconds) {
            let change = newest()
            guard change != built else { continue }
            // An editor writes several files: only what rests is built.
            if isStopped(after: Self.periodMilliseconds) { break }
            guard newest() == change else { continue }
            built = change
            for name in packages { renewReporting(name) }
        }
    }

    private func renewReporting(_ name: String) {
        if isStopped(after: 0) { return }
        do throws(LocalError) {
            if try renew(name) { journal.record(.note("\(name) was built again; its processes are replaced.")) }
        } catch {
            if error.status != .interrupted { journal.record(.note("\(name): \(error)")) }
        }
    }

    private func newest() -> Int64 {
        folders.reduce(0) { max($0, Files.newestChange(below: $1)) }
    }

    private func isStopped(after milliseconds: Int64) -> Bool {
        state.wait(milliseconds: milliseconds) { $0.isStopped ? true : nil } ?? false
    }
}
