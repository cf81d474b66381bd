package import Codecs
package import LocalPlatform
package import LocalRuntimeAPI
internal import Platform

/// The whole stack, served: HTTP API, functions, database and services of AWS, until it is stopped.
///
/// Made and stopped on one thread; what it holds is used by many.
package final class ServeSession {
    package struct Options: Sendable {
        package var faults = FaultPlan.none
        /// Added to each request of the API, in milliseconds.
        package var latencyMilliseconds: Int64 = 0
        package var events = EventWorkers.Options()
        /// What the clock of schedules shows at the start; nil for the time that it is.
        package var scheduleStart: Timestamp?
        /// Builds a package when its sources have changed; nil where nobody watches.
        package var rebuild: (@Sendable (_ package: String) throws(LocalError) -> Void)?

        package init() {}
    }

    /// Where things are.
    package struct Place: Sendable {
        /// `.nerdwork` of the project: mail, secrets, published objects, dead letters.
        package var hiddenFolder: String
        /// Folder of the functions' executables.
        package var executables: String
        /// Folder of the template and of the sources.
        package var project: String

        package init(project: String, hiddenFolder: String, executables: String) {
            self.project = project
            self.hiddenFolder = hiddenFolder
            self.executables = executables
        }
    }

    package let template: Template
    package let journal = Journal()
    package let aws: LocalAWS
    package let pool: FunctionPool
    package let events: EventWorkers
    package let schedules: ScheduleClock
    let rotations: SecretRotations
    /// `http://127.0.0.1:8787`.
    package let origin: String
    let database: LocalDatabase
    private let lock: ServeLock
    private let options: Options
    private let listener: Listener
    private let watch: SourceWatch?
    private var server: LoopbackServer?
    private var console: LocalConsole?

    /// How many clients may be connected at a time; what looks on (long polls) counts as well.
    private static let maximumConnections = 1_024
    /// How long functions may go on with what they do when the stack stops, in milliseconds.
    private static let graceMilliseconds: Int64 = 250

    /// Starts nothing yet but what is needed to start the rest.
    ///
    /// - Parameters:
    ///   - listener: the port that clients connect to; they wait until `start`.
    ///   - log: gets the lines of each invocation at its end, and the function's name.
    package init(
        _ template: Template, database: LocalDatabase, at place: Place, on listener: Listener, options: Options,
        log: @escaping @Sendable (String, [String]) -> Void
    ) throws(LocalError) {
        lock = try ServeLock(folder: place.hiddenFolder)
        self.template = template
        self.database = database
        self.listener = listener
        self.options = options
        origin = "http://127.0.0.1:\(listener.port)"
        let journal = journal
        aws = try LocalAWS(folder: place.hiddenFolder, template: template) { Self.record($0, in: journal) }
        var databases: [String: DatabaseVariables] = [:]
        for function in template.functions { databases[function.name] = try database.variables(for: function) }
        let shelf = try ExecutableShelf(
            place.executables, keptIn: options.rebuild == nil ? nil : "\(place.hiddenFolder)/served")
        pool = FunctionPool(
            template.functions,
            settings: .init(executables: shelf, databases: databases, aws: aws, faults: options.faults),
            journal: journal, log: log)
        let events = EventWorkers(
            template: template, bus: aws.bus, invoker: pool, journal: journal, folder: place.hiddenFolder,
            options: options.events)
        schedules = ScheduleClock(template.schedules, startingAt: options.scheduleStart, journal: journal) {
            events.enqueue($0, at: $1)
        }
        self.events = events
        rotations = SecretRotations(aws.secrets, invoker: pool, journal: journal)
        watch = Self.watch(template, place, shelf, pool, journal, options)
    }

    /// Makes what is missing (signing keys) and begins to serve.
    package func start() throws(LocalError) {
        let pool = pool
        try LocalKeys(database: database, template: template, aws: aws).makeReady {
            (function, payload) throws(LocalError) in try pool.invoke(function, payload, for: .person)
        }
        try events.start()
        try schedules.start()
        let gateway = GatewayServer(
            .init(
                template: template, pool: pool, keys: try keys(), journal: journal,
                latencyMilliseconds: options.latencyMilliseconds))
        let console = LocalConsole(consoleSources())
        self.console = console
        do throws(LocalRuntimeError) {
            server = try LoopbackServer(
                on: listener,
                limits: .init(
                    connections: Self.maximumConnections, bodyBytes: GatewayServer.maximumBodyBytes,
                    headBytes: 64 << 10),
                refuse: GatewayServer.refuse
            ) { LocalConsole.owns($0.path) ? console.answer($0) : gateway.answer($0) }
        } catch {
            throw LocalError(.unavailable, "Cannot serve \(origin): \(error).")
        }
        watch?.start()
    }

    /// Ends everything that was started: no process is left.
    package func stop() {
        console?.stop()
        server?.stop()
        schedules.stop()
        // From here on a function that fails was stopped, which is no failed attempt.
        events.halt()
        watch?.stop()
        pool.stop(graceMilliseconds: Self.graceMilliseconds)
        events.finish()
        database.stop()
    }

    private static func watch(
        _ template: Template, _ place: Place, _ shelf: ExecutableShelf, _ pool: FunctionPool, _ journal: Journal,
        _ options: Options
    ) -> SourceWatch? {
        guard let build = options.rebuild else { return nil }
        return SourceWatch(
            of: place.project, packages: Set(template.functions.map(\.package)).sorted(), journal: journal
        ) { package throws(LocalError) in
            try build(package)
            guard try shelf.renew(package) else { return false }
            pool.replace(package: package)
            return true
        }
    }

    private func keys() throws(LocalError) -> KeyRing? {
        guard template.routes.contains(where: \.needsToken) else { return nil }
        guard let authorizer = template.authorizer else {
            throw LocalError(.data, "template.json has a route that asks for a token, and no authorizer for it.")
        }
        return try KeyRing(authorizer, aws: aws, now: SystemClock.now())
    }

    private static func record(_ notice: AWSNotice, in journal: Journal) {
        switch notice {
        case .mail(let mail, let function): journal.record(.mail(mail, function: function))
        case .refused(let function, let operation, let type, let message):
            journal.record(.refusal(function: function, operation: operation, type: type, message: message))
        }
    }
}
