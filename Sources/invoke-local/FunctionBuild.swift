internal import LocalPlatform
internal import Platform

/// Builds a function's executable where it is older than the sources: `swift run` builds this tool alone.
struct FunctionBuild {
    private let project: Project

    init(_ project: Project) {
        self.project = project
    }

    /// Runs `swift build --product`; does nothing outside the project's `.build` folder.
    func bringUpToDate(_ function: String, _ console: Console) throws(LocalError) {
        guard let configuration, isOutdated(function, configuration) else { return }
        console.progress("Building \(function) …")
        let result = try Command.run(
            "/usr/bin/env", ["swift", "build", "-c", configuration, "--product", function],
            environment: Self.environment, folder: project.folder, isInterruptible: true)
        guard result.status == 0 else {
            console.note(result.output)
            throw LocalError(.software, "\(function) could not be built; the compiler's words stand above.")
        }
        try Files.makeFolder(Files.parent(of: stamp(function, configuration)))
        try Files.write("", to: stamp(function, configuration))
    }

    /// `debug` or `release`, when this tool stands where SwiftPM puts it: `<project>/.build/<triple>/<configuration>`.
    private var configuration: String? {
        let name = String(project.executables.split(separator: "/").last ?? "")
        let build = Files.parent(of: Files.parent(of: project.executables))
        guard build == "\(project.folder)/.build", ["debug", "release"].contains(name),
            Files.exists("\(project.folder)/Package.swift")
        else { return nil }
        return name
    }

    /// An executable that did not have to be linked again keeps its date, so a file remembers the build as well.
    private func isOutdated(_ function: String, _ configuration: String) -> Bool {
        let executable = "\(project.executables)/\(function)"
        guard Files.isExecutable(executable) else { return true }
        let built = max(Files.changed(executable), Files.changed(stamp(function, configuration)))
        return ["Package.swift", "Sources"].contains { Files.newestChange(below: "\(project.folder)/\($0)") > built }
    }

    private func stamp(_ function: String, _ configuration: String) -> String {
        "\(project.folder)/.nerdwork/built-\(configuration)-\(function)"
    }

    private static var environment: [String: String] {
        var environment: [String: String] = [:]
        for name in ["PATH", "HOME", "TMPDIR", "USER", "LANG"] {
            environment[name] = unsafe getenv(name).map { unsafe String(cString: $0) }
        }
        return environment
    }
}
