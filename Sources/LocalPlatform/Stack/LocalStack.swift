internal import StrictJSON

/// Everything that stands around functions: their processes, their database, and the buses that carry events on.
package final class LocalStack {
    let template: Template
    let database: LocalDatabase
    let aws: LocalAWS
    /// Whether `makeKeys` has found or made them.
    var hasKeys = false
    private let deadLetters: DeadLetters
    private let executables: Executables
    private let log: @Sendable (String) -> Void
    private var processes: [String: FunctionProcess] = [:]

    /// Where functions' executables are, and what makes sure that they are built.
    package struct Executables {
        package let folder: String
        /// Called with a package's name before a process of it starts.
        package let prepare: (String) throws(LocalError) -> Void

        package init(folder: String, prepare: @escaping (String) throws(LocalError) -> Void) {
            self.folder = folder
            self.prepare = prepare
        }

        /// Path of a package's executable; the sentence that says how to build it when it is not there.
        package func path(of package: String) throws(LocalError) -> String {
            let path = "\(folder)/\(package)"
            guard Files.isExecutable(path) else {
                throw LocalError(.unavailable, "\(package) is not built; run: swift build --product \(package)")
            }
            return path
        }
    }

    /// - Parameters:
    ///   - aws: plays the services that functions call; what they publish is on its bus.
    ///   - deadLetters: gets the events that a function failed with.
    ///   - log: gets each line that Lambda or a function writes.
    package init(
        template: Template, database: LocalDatabase, aws: LocalAWS, deadLetters: DeadLetters,
        executables: Executables, log: @escaping @Sendable (String) -> Void
    ) {
        self.template = template
        self.database = database
        self.aws = aws
        self.deadLetters = deadLetters
        self.executables = executables
        self.log = log
    }

    /// Hands an event to a function; its process stays warm for the next one.
    ///
    /// Returns when the process asks for its next invocation, so what it publishes after its response is on the bus.
    package func invoke(_ name: String, _ payload: [UInt8]) throws(LocalError) -> InvocationResult {
        if let process = processes[name] { return try process.invoke(payload) }
        let function = try template.function(named: name)
        if name != LocalKeys.maker, function.environment[LocalKeys.secretVariable] != nil { try makeKeys() }
        try executables.prepare(function.package)
        let process = FunctionProcess(
            function, executable: try executables.path(of: function.package),
            database: try database.variables(for: function), aws: aws, log: log)
        processes[name] = process
        return try process.invoke(payload)
    }

    /// Delivers what is on the buses and in the outbox, and what comes of that.
    ///
    /// - Parameters:
    ///   - delivered: told each event once its receivers have had it.
    ///   - remark: told what keeps events from being delivered.
    package func deliverEvents(
        delivered: (Delivery) -> Void, remark: (String) -> Void
    ) throws(LocalError) {
        let carrier = EventCarrier(template: template, bus: aws.bus, deadLetters: deadLetters)
        try carrier.run(
            invoke: invoke, sweep: { () throws(LocalError) in try sweepOutbox(remark) }, delivered: delivered)
    }

    /// Ends all processes.
    package func stop() {
        for process in processes.values { process.stop() }
        processes = [:]
    }

    /// Lets the relay publish what is due.
    private func sweepOutbox(_ remark: (String) -> Void) throws(LocalError) {
        let sweep = OutboxSweep(database: database, template: template)
        if try sweep.backlog().due > 0 { try runRelay(sweep, remark) }
        let left = try sweep.backlog()
        if left.due + left.later > 0 {
            remark("\(left.due + left.later) events of the outbox are not published; the next run tries again.")
        }
        if left.dead > 0 {
            remark("\(left.dead) events of the outbox were given up; outbox.revive lets them wait again.")
        }
    }

    private func runRelay(_ sweep: OutboxSweep, _ remark: (String) -> Void) throws(LocalError) {
        guard let event = sweep.scheduledEvent() else {
            remark("The template has no schedule of \(OutboxSweep.relay), which would publish what is in the outbox.")
            return
        }
        do throws(LocalError) {
            let result = try invoke(OutboxSweep.relay, event)
            if case .failure(let body) = result.outcome {
                remark("\(OutboxSweep.relay) failed: \(String(decoding: body, as: UTF8.self))")
            }
        } catch  where error.status == .unavailable {
            remark("Nobody publishes what is in the outbox: \(error)")
        }
    }
}
