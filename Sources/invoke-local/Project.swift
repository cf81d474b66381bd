internal import LocalPlatform
internal import LocalServe
internal import Platform

/// Where things are: the template, the project's folder, the built executables.
struct Project {
    /// Folder of the template; `.nerdwork/` is made in it.
    let folder: String
    let template: Template
    /// Folder of this tool, where the functions' executables are too.
    let executables: String

    /// Where the local stack keeps mail, secrets and dead letters.
    var hiddenFolder: String { "\(folder)/.nerdwork" }

    init(_ options: SharedOptions) throws(LocalError) {
        try self.init(template: options.template, parameters: options.parameters)
    }

    /// The same for a stack that is served: what names its address does so.
    init(_ options: SharedOptions, servedAt port: UInt16) throws(LocalError) {
        try self.init(
            template: options.template, parameters: options.parameters, usual: ServedParameters.values(port: port))
    }

    /// - Parameter usual: values of parameters that the template may have and the caller does not name.
    init(template: String?, parameters: [String] = [], usual: [String: String] = [:]) throws(LocalError) {
        let path = if let template { template } else { try Self.findTemplate() }
        guard let resolved = Files.resolved(path) else {
            throw LocalError(.noInput, "Cannot read the template \(path): there is no such file.")
        }
        folder = Files.parent(of: resolved)
        let bytes = try Files.read(resolved)
        self.template = try Template(parsing: bytes, overrides: try Self.overrides(parameters), standIns: usual)
        executables = Files.parent(of: Files.resolved("/proc/self/exe") ?? CommandLine.arguments[0])
    }

    /// The database that the options ask for.
    func database(_ options: SharedOptions, _ console: Console) throws(LocalError) -> LocalDatabase {
        guard let url = options.database else {
            return try LocalDatabase(project: folder, functions: template.functions, progress: console.progress)
        }
        let database = try LocalDatabase(url: url)
        if options.migrate { try database.migrate(progress: console.progress) }
        let missing = try database.missingMigrations()
        if missing > 0 {
            console.note("The database of --db lacks \(missing) migrations; --migrate applies them.", .red)
        }
        return database
    }

    /// Looks in this folder and those above it, then around the tool itself.
    private static func findTemplate() throws(LocalError) -> String {
        for start in [".", "/proc/self/exe"] {
            var folder = Files.resolved(start) ?? "/"
            while folder != "/" {
                if Files.exists("\(folder)/template.json") { return "\(folder)/template.json" }
                folder = Files.parent(of: folder)
            }
        }
        throw LocalError(.noInput, "There is no template.json here or above; run this inside the project.")
    }

    private static func overrides(_ parameters: [String]) throws(LocalError) -> [String: String] {
        var overrides: [String: String] = [:]
        for parameter in parameters {
            let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw LocalError(.usage, "--parameter wants Name=value, not \"\(parameter)\".")
            }
            overrides[String(parts[0])] = String(parts[1])
        }
        return overrides
    }
}
