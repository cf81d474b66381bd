internal import LocalPlatform
internal import LocalRuntimeAPI
internal import Platform
internal import Synchronization

/// A thread that keeps one process of a function, and hands it one invocation at a time.
final class Keeper: Sendable {
    private struct Inbox {
        var ticket: InvocationTicket?
        var isDismissed = false
    }

    /// The build that the process runs, counted from 0.
    let generation: Int
    private let fleet: Fleet
    private let inbox: Monitor<Inbox>
    private let log = InvocationLog()
    private let isGivenUp = Atomic(false)
    private let identifier = Atomic<Int32>(0)

    /// How often an idle process is looked at, in milliseconds.
    private static let idleMilliseconds: Int64 = 1_000
    /// How long a process gets between SIGTERM and SIGKILL.
    private static let graceMilliseconds = 300

    /// - Parameter first: its first invocation.
    init(of fleet: Fleet, generation: Int, first: InvocationTicket) {
        self.fleet = fleet
        self.generation = generation
        inbox = Monitor(Inbox(ticket: first))
    }

    /// Gives an idle keeper its next invocation.
    func hand(_ ticket: InvocationTicket) {
        inbox.withState { $0.ticket = ticket }
    }

    /// Ends the process once its invocation, if there is one, is over.
    func dismiss() {
        inbox.withState { $0.isDismissed = true }
    }

    /// Ends the process although it works.
    func giveUp() {
        isGivenUp.store(true, ordering: .releasing)
        dismiss()
    }

    /// Identifier of the process; nil where none runs.
    var processIdentifier: Int32? {
        let number = identifier.load(ordering: .acquiring)
        return number == 0 ? nil : number
    }

    /// The keeper's whole life; to be run on a thread of its own.
    func run() {
        let log = log
        let process = fleet.makeProcess(
            checkpoint: { [weak self] () throws(LocalError) in try self?.check() },
            started: { [weak self] in self?.identifier.store($0, ordering: .releasing) }, log: { log.append($0) })
        while let ticket = next(process) {
            let result = perform(ticket, process)
            identifier.store(process.processIdentifier ?? 0, ordering: .releasing)
            fleet.record(result, for: ticket.cause, log: log.take())
            // First back, so that who waits for the end and comes again finds this process and starts no other one.
            fleet.take(back: self)
            ticket.end(result)
        }
        let isGivenUp = isGivenUp.load(ordering: .acquiring)
        process.stop(graceMilliseconds: isGivenUp ? 0 : Self.graceMilliseconds)
        identifier.store(0, ordering: .releasing)
        fleet.forget(self)
    }

    /// The next invocation; nil when the keeper is dismissed.
    private func next(_ process: FunctionProcess) -> InvocationTicket? {
        var idle: Int64 = 0
        while true {
            let step = inbox.wait(milliseconds: Self.idleMilliseconds) { inbox -> InvocationTicket?? in
                if let ticket = inbox.ticket {
                    inbox.ticket = nil
                    return .some(ticket)
                }
                return inbox.isDismissed ? .some(nil) : nil
            }
            if let step { return step }
            idle += Self.idleMilliseconds
            process.removeIfEnded()
            identifier.store(process.processIdentifier ?? 0, ordering: .releasing)
            if fleet.mayRetire(self, idleMilliseconds: idle) { return nil }
        }
    }

    private func perform(
        _ ticket: InvocationTicket, _ process: FunctionProcess
    ) -> Result<InvocationResult, LocalError> {
        do throws(LocalError) {
            return .success(try process.invoke(ticket.payload, fault: ticket.fault) { ticket.answer($0) })
        } catch {
            return .failure(error)
        }
    }

    private func check() throws(LocalError) {
        if isGivenUp.load(ordering: .acquiring) {
            throw LocalError(.interrupted, "The stack stops.")
        }
    }
}
