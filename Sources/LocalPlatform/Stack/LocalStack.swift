internal import StrictJSON

/// Everything that stands around a function: its process, its database, and the bus that carries its events on.
package final class LocalStack {
    private let template: Template
    private let database: LocalDatabase
    private let executables: String
    private let log: @Sendable (String) -> Void
    private var processes: [String: FunctionProcess] = [:]

    /// How many times in a row events may cause further events.
    private static let maximumRounds = 8

    /// One event that came of an invocation, and who got it.
    package struct Delivery: Sendable {
        package let event: PublishedEvent
        /// Names of the functions, each with how its invocation ended.
        package let receivers: [(function: String, result: InvocationResult)]
    }

    /// - Parameters:
    ///   - executables: the folder of the functions' executables.
    ///   - log: gets each line that Lambda or a function writes.
    package init(
        template: Template, database: LocalDatabase, executables: String, log: @escaping @Sendable (String) -> Void
    ) {
        self.template = template
        self.database = database
        self.executables = executables
        self.log = log
    }

    /// Path of a function's executable; the sentence that says how to build it when it is not there.
    package static func executable(of function: TemplateFunction, in folder: String) throws(LocalError) -> String {
        let path = "\(folder)/\(function.name)"
        guard Files.isExecutable(path) else {
            throw LocalError(
                .unavailable, "\(function.name) is not built; run: swift build --product \(function.name)")
        }
        return path
    }

    /// Hands an event to a function; its process stays warm for the next one.
    package func invoke(_ name: String, _ payload: [UInt8]) throws(LocalError) -> InvocationResult {
        if let process = processes[name] { return try process.invoke(payload) }
        let function = try template.function(named: name)
        let process = FunctionProcess(
            function, executable: try Self.executable(of: function, in: executables),
            database: try database.variables(for: function), log: log)
        processes[name] = process
        return try process.invoke(payload)
    }

    /// The position in the outbox behind which new events will stand.
    package func outboxPosition() throws(LocalError) -> Int64 {
        try Outbox(database: database).lastPosition()
    }

    /// Publishes the events that were written behind a position, and those that come of them.
    ///
    /// - Parameter delivered: told each event once its receivers have had it.
    package func deliverEvents(after position: Int64, delivered: (Delivery) -> Void) throws(LocalError) {
        for _ in 0..<Self.maximumRounds {
            let events = try Outbox(database: database).take(after: position)
            if events.isEmpty { return }
            for event in events { delivered(Delivery(event: event, receivers: try deliver(event))) }
        }
        throw LocalError(.software, "Events cause events without end; stopped after \(Self.maximumRounds) rounds.")
    }

    /// Ends all processes.
    package func stop() {
        for process in processes.values { process.stop() }
        processes = [:]
    }

    private func deliver(
        _ event: PublishedEvent
    ) throws(LocalError) -> [(function: String, result: InvocationResult)] {
        var receivers: [(function: String, result: InvocationResult)] = []
        let envelope = event.envelope
        for target in template.rules.filter({ $0.pattern.matches(envelope) }).flatMap(\.targets) {
            var payload: [UInt8] = []
            envelope.writeJSON(to: &payload)
            let result = try invoke(target.function, target.input.map { Array($0.utf8) } ?? payload)
            receivers.append((target.function, result))
        }
        return receivers
    }
}
