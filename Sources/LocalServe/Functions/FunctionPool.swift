internal import Codecs
package import LocalPlatform
internal import Platform
internal import StrictJSON

/// Real processes of all functions: several of each where several invocations come at a time, kept warm, and replaced
/// when they die.
package final class FunctionPool: FunctionInvoker {
    /// What a pool needs to know of the stack.
    package struct Settings: Sendable {
        /// Where the functions' executables are.
        package var executables: ExecutableShelf
        /// Where each function's database is, by the function's name.
        package var databases: [String: DatabaseVariables]
        /// Plays the services that functions call.
        package var aws: LocalAWS?
        /// What goes wrong on purpose.
        package var faults: FaultPlan
        /// Most processes of a function for which the template reserves no concurrency.
        package var maximumProcesses: Int
        /// Most invocations of such a function that wait for a process.
        package var maximumWaiting: Int

        package init(
            executables: ExecutableShelf, databases: [String: DatabaseVariables], aws: LocalAWS?,
            faults: FaultPlan = .none,
            maximumProcesses: Int = FunctionPool.usualProcesses, maximumWaiting: Int = 1_000
        ) {
            self.executables = executables
            self.databases = databases
            self.aws = aws
            self.faults = faults
            self.maximumProcesses = maximumProcesses
            self.maximumWaiting = maximumWaiting
        }
    }

    /// Twice the machine's processors: while one process waits for the database, another can work.
    package static var usualProcesses: Int { max(4, 2 * sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    private let settings: Settings
    private let journal: Journal
    private let fleets: [String: Fleet]

    /// - Parameter log: gets the lines of each invocation at its end, and the function's name.
    package init(
        _ functions: [TemplateFunction], settings: Settings, journal: Journal,
        log: @escaping @Sendable (String, [String]) -> Void = { _, _ in }
    ) {
        self.settings = settings
        self.journal = journal
        var fleets: [String: Fleet] = [:]
        for function in functions {
            fleets[function.name] = Fleet(
                function, limit: Self.limit(of: function, settings), make: Self.make(settings)
            ) { function, result, cause, lines in
                Self.record(function, result, cause, lines, in: journal)
                log(function.name, lines)
            }
        }
        self.fleets = fleets
    }

    package func invoke(
        _ function: String, _ payload: [UInt8], for cause: InvocationCause
    ) throws(LocalError) -> InvocationResult {
        switch try begin(function, payload, for: cause) {
        case .throttled(let result): return result
        case .begun(let ticket, _): return try ticket.waitForEnd()
        }
    }

    /// Hands an event to a function and waits for its answer, not for what it does after that.
    ///
    /// - Returns: nil when the time is up; the function goes on, as it does in Lambda.
    package func answer(
        _ function: String, _ payload: [UInt8], for cause: InvocationCause, withinMilliseconds limit: Int64
    ) throws(LocalError) -> InvocationResult? {
        switch try begin(function, payload, for: cause) {
        case .throttled(let result): return result
        case .begun(let ticket, let fleet):
            if let result = try ticket.waitForAnswer(milliseconds: limit) { return result }
            if fleet.withdraw(ticket) { ticket.end(.failure(LocalError(.unavailable, "Nobody was free in time."))) }
            return nil
        }
    }

    /// Ends the processes of a package, each after its invocation, so that the next ones run the executable of now.
    package func replace(package name: String) {
        for fleet in fleets.values where fleet.function.package == name { fleet.replace() }
    }

    /// Ends all processes: those that work get that time to finish.
    package func stop(graceMilliseconds: Int64) {
        for fleet in fleets.values { fleet.beginStop() }
        let deadline = SystemClock.monotonicNanoseconds() + graceMilliseconds * 1_000_000
        for fleet in fleets.values {
            fleet.finishStop(graceMilliseconds: max(0, deadline - SystemClock.monotonicNanoseconds()) / 1_000_000)
        }
    }

    /// The processes that run now.
    package var processes: [(function: String, identifier: Int32, isIdle: Bool)] {
        fleets.keys.sorted().flatMap { name in
            (fleets[name]?.processes ?? []).map { (name, $0.identifier, $0.isIdle) }
        }
    }

    // MARK: -

    private enum Beginning {
        case begun(InvocationTicket, Fleet)
        case throttled(InvocationResult)
    }

    private func begin(
        _ name: String, _ payload: [UInt8], for cause: InvocationCause
    ) throws(LocalError) -> Beginning {
        guard let fleet = fleets[name] else {
            throw LocalError(.usage, "There is no function \"\(name)\".")
        }
        let fault = settings.faults.next(for: name)
        if case .throttle = fault { return .throttled(throttled(fleet.function, cause)) }
        let ticket = InvocationTicket(payload, for: cause, fault: fault?.functionFault)
        switch fleet.admit(ticket) {
        case .admitted: return .begun(ticket, fleet)
        case .throttled: return .throttled(throttled(fleet.function, cause))
        case .stopped: throw LocalError(.interrupted, "The stack stops.")
        case .noThread: throw LocalError(.software, "Cannot start a thread for the function \(name).")
        }
    }

    /// What Lambda answers where a function has reached its concurrency (API reference, `Invoke`).
    private func throttled(_ function: TemplateFunction, _ cause: InvocationCause) -> InvocationResult {
        let result = InvocationResult.throttled(memoryMegabytes: function.memoryMegabytes)
        Self.record(function, .success(result), cause, [], in: journal)
        return result
    }

    private static func limit(of function: TemplateFunction, _ settings: Settings) -> FleetLimit {
        guard let reserved = function.reservedConcurrency else {
            return FleetLimit(processes: settings.maximumProcesses, waiting: settings.maximumWaiting)
        }
        return FleetLimit(processes: reserved, waiting: 0)
    }

    private static func make(_ settings: Settings) -> Fleet.Make {
        { function, checkpoint, started, log in
            FunctionProcess(
                function, executable: settings.executables.path(of: function.package),
                database: settings.databases[function.name] ?? DatabaseVariables([:]), aws: settings.aws,
                checkpoint: checkpoint, started: started, log: log)
        }
    }

    private static func record(
        _ function: TemplateFunction, _ result: Result<InvocationResult, LocalError>, _ cause: InvocationCause,
        _ lines: [String], in journal: Journal
    ) {
        switch result {
        case .success(let result):
            journal.record(
                .invocation(
                    .init(
                        function: function.name, cause: cause, report: result.report, errorType: result.errorType,
                        log: lines)))
        case .failure(let error):
            if error.status != .interrupted { journal.record(.note("\(function.name): \(error)")) }
        }
    }
}
