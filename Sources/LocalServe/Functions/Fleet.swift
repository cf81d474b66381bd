internal import LocalPlatform
internal import LocalRuntimeAPI
internal import Platform

/// The processes of one function.
final class Fleet: Sendable {
    private struct State {
        /// Those that wait for an invocation, the one that worked last at the end.
        var idle: [Keeper] = []
        /// All that have not ended.
        var all: [Keeper] = []
        /// Invocations for which no process is free, the earliest first.
        var waiting: [InvocationTicket] = []
        var generation = 0
        var isStopped = false
    }

    let function: TemplateFunction
    private let limit: FleetLimit
    private let make: Make
    private let recorder: Record
    private let state = Monitor(State())

    typealias Make =
        @Sendable (
            TemplateFunction, @escaping FunctionProcess.Checkpoint, _ started: @escaping @Sendable (Int32) -> Void,
            _ log: @escaping @Sendable (String) -> Void
        ) -> FunctionProcess
    typealias Record =
        @Sendable (TemplateFunction, Result<InvocationResult, LocalError>, InvocationCause, [String]) -> Void

    /// How long a process may be idle while others are, in milliseconds; Lambda keeps them for some minutes.
    private static let surplusMilliseconds: Int64 = 60_000

    /// - Parameters:
    ///   - make: makes what keeps one process.
    ///   - record: told each invocation's end.
    init(_ function: TemplateFunction, limit: FleetLimit, make: @escaping Make, record: @escaping Record) {
        self.function = function
        self.limit = limit
        self.make = make
        recorder = record
    }

    /// What came of asking for a process.
    enum Admission {
        case admitted
        /// The function has as many invocations as it may have.
        case throttled
        case stopped
        case noThread
    }

    /// Hands an invocation to an idle process, else to a new one, else lets it wait for one, if the limit allows that.
    func admit(_ ticket: InvocationTicket) -> Admission {
        let step = state.withState { state -> Step in
            guard !state.isStopped else { return .refuse(.stopped) }
            if let keeper = state.idle.popLast() { return .hand(keeper) }
            if state.all.count < limit.processes {
                let keeper = Keeper(of: self, generation: state.generation, first: ticket)
                state.all.append(keeper)
                return .start(keeper)
            }
            guard state.waiting.count < limit.waiting else { return .refuse(.throttled) }
            state.waiting.append(ticket)
            return .wait
        }
        switch step {
        case .refuse(let admission): return admission
        case .wait: return .admitted
        case .hand(let keeper): keeper.hand(ticket)
        case .start(let keeper):
            guard let thread = SystemThread.start({ keeper.run() }) else {
                forget(keeper)
                return .noThread
            }
            thread.detach()
        }
        return .admitted
    }

    private enum Step {
        case hand(Keeper)
        case start(Keeper)
        case wait
        case refuse(Admission)
    }

    /// Takes an invocation back that nobody has begun with; false where somebody has.
    func withdraw(_ ticket: InvocationTicket) -> Bool {
        state.withState { state in
            let count = state.waiting.count
            state.waiting.removeAll { $0 === ticket }
            return state.waiting.count < count
        }
    }

    // MARK: For keepers

    func makeProcess(
        checkpoint: @escaping FunctionProcess.Checkpoint, started: @escaping @Sendable (Int32) -> Void,
        log: @escaping @Sendable (String) -> Void
    ) -> FunctionProcess {
        make(function, checkpoint, started, log)
    }

    /// Takes a keeper back whose invocation is over: it gets the next one that waits, or none for now.
    func take(back keeper: Keeper) {
        let next = state.withState { state -> InvocationTicket? in
            guard !state.isStopped, keeper.generation == state.generation else {
                keeper.dismiss()
                return nil
            }
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.idle.append(keeper)
            return nil
        }
        if let next { keeper.hand(next) }
    }

    /// Whether an idle keeper may end: another one is idle as well, and this one has been for long.
    ///
    /// Nobody hands it an invocation after that.
    func mayRetire(_ keeper: Keeper, idleMilliseconds: Int64) -> Bool {
        guard idleMilliseconds >= Self.surplusMilliseconds else { return false }
        return state.withState { state in
            guard state.idle.count > 1, let index = state.idle.firstIndex(where: { $0 === keeper }) else {
                return false
            }
            state.idle.remove(at: index)
            return true
        }
    }

    /// Takes a keeper out that has ended; an invocation that waits gets a new one.
    func forget(_ keeper: Keeper) {
        let next = state.withState { state -> InvocationTicket? in
            state.all.removeAll { $0 === keeper }
            state.idle.removeAll { $0 === keeper }
            return state.isStopped || state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        }
        guard let next else { return }
        switch admit(next) {
        case .admitted: break
        case .throttled, .stopped, .noThread:
            next.end(.failure(LocalError(.software, "There is no process for the function \(function.name).")))
        }
    }

    func record(_ result: Result<InvocationResult, LocalError>, for cause: InvocationCause, log: [String]) {
        recorder(function, result, cause, log)
    }

    // MARK: All of them

    /// Lets every process end, after its invocation where it has one; the next invocations start new ones.
    func replace() {
        let idle = state.withState { state in
            state.generation += 1
            defer { state.idle = [] }
            return state.idle
        }
        for keeper in idle { keeper.dismiss() }
    }

    /// Takes no more invocations, and lets every process end after the one that it has.
    func beginStop() {
        let (idle, waiting) = state.withState { state in
            defer { (state.idle, state.waiting, state.isStopped) = ([], [], true) }
            return (state.idle, state.waiting)
        }
        for keeper in idle { keeper.dismiss() }
        for ticket in waiting { ticket.end(.failure(LocalError(.interrupted, "The stack stops."))) }
    }

    /// Ends those that still work, and waits for their end.
    func finishStop(graceMilliseconds: Int64) {
        if hasEnded(within: graceMilliseconds) { return }
        for keeper in state.withState({ $0.all }) { keeper.giveUp() }
        _ = hasEnded(within: 2_000)
    }

    private func hasEnded(within milliseconds: Int64) -> Bool {
        state.wait(milliseconds: milliseconds) { $0.all.isEmpty ? true : nil } ?? false
    }

    /// Identifiers of the processes that run, by whether they work.
    var processes: [(identifier: Int32, isIdle: Bool)] {
        state.withState { state in
            state.all.compactMap { keeper in
                keeper.processIdentifier.map { ($0, state.idle.contains { $0 === keeper }) }
            }
        }
    }
}

/// How many invocations of a function there may be.
struct FleetLimit: Sendable {
    /// Processes at a time.
    let processes: Int
    /// Invocations that may wait for one; 0 where Lambda would throttle.
    let waiting: Int
}
