internal import Codecs
internal import LocalPlatform
internal import LocalRuntimeAPI
internal import Platform

/// The threads that do what the desk decides: one that hands jobs out, and several that invoke.
///
/// Each worker waits for its own jobs, so that an event wakes one of them and not all.
final class DeliveryFloor: Sendable {
    private struct State {
        var desk: DeliveryDesk
        var idle: [Int] = []
        var threads: [SystemThread] = []
    }

    private enum Mail: Sendable {
        case nothing
        case job(number: Int, DeliveryDesk.Job)
        case end
    }

    private let state: Monitor<State>
    private let boxes: [Monitor<Mail>]
    private let capacity: Int

    /// - Parameters:
    ///   - workers: most invocations at a time.
    ///   - perFunction: most of one function.
    ///   - capacity: more than that is not taken from the buses.
    init(workers: Int, perFunction: Int, capacity: Int) {
        state = Monitor(State(desk: DeliveryDesk(perFunction: perFunction)))
        boxes = (0..<max(1, workers)).map { _ in Monitor(.nothing) }
        self.capacity = capacity
    }

    /// Looks at the desk or changes it, and wakes the one that hands out.
    func withDesk<Result>(_ body: (inout DeliveryDesk) -> Result) -> Result {
        state.withState { body(&$0.desk) }
    }

    var isStopping: Bool { withDesk { $0.isStopping } }

    /// Starts the threads; each job is given to `perform` on one of them.
    func start(perform: @escaping @Sendable (Int, DeliveryDesk.Job) -> Void) throws(LocalError) {
        for index in boxes.indices {
            try run { [self] in work(index, perform) }
        }
        try run { [self] in handOut() }
    }

    /// Another thread that ends when the floor does.
    func run(_ body: @escaping @Sendable () -> Void) throws(LocalError) {
        guard let thread = SystemThread.start(body) else { throw LocalError(.software, "Cannot start a thread.") }
        state.withState { $0.threads.append(thread) }
    }

    /// Nothing is handed out any more; what is at a function goes on.
    func halt() {
        state.withState { $0.desk.isStopping = true }
    }

    /// Waits for all threads.
    func join() {
        while let thread = state.withState({ $0.threads.popLast() }) { thread.join() }
    }

    /// Waits until there is room for more events; false when it is time to end.
    func waitForRoom() -> Bool {
        while true {
            let capacity = capacity
            let answer = state.wait(milliseconds: 1_000) { state -> Bool? in
                if state.desk.isStopping { return false }
                return state.desk.count < capacity ? true : nil
            }
            if let answer { return answer }
        }
    }

    /// Waits until nothing is left to do; false when the time is up.
    ///
    /// - Parameter isEmpty: whether nothing waits where the desk's work comes from; asked first, because it comes from there.
    func waitUntilIdle(milliseconds: Int64, where isEmpty: () -> Bool) -> Bool {
        state.wait(milliseconds: milliseconds) { state in
            isEmpty() && state.desk.count == 0 ? true : nil
        } ?? false
    }

    private func work(_ index: Int, _ perform: (Int, DeliveryDesk.Job) -> Void) {
        while true {
            state.withState { $0.idle.append(index) }
            var mail: Mail?
            while mail == nil {
                mail = boxes[index].wait(milliseconds: 60_000) { box in
                    if case .nothing = box { return nil }
                    defer { box = .nothing }
                    return box
                }
            }
            guard case .job(let number, let job)? = mail else { return }
            perform(number, job)
        }
    }

    private enum Turn {
        case job(worker: Int, number: Int, DeliveryDesk.Job)
        case look(Int64)
        case end
    }

    private func handOut() {
        var milliseconds: Int64 = 60_000
        var seen = -1
        while true {
            let turn = state.wait(milliseconds: milliseconds) { state -> Turn? in
                if state.desk.isStopping { return .end }
                let now = SystemClock.now()
                if let worker = state.idle.last, let (number, job) = state.desk.take(at: now) {
                    state.idle.removeLast()
                    return .job(worker: worker, number: number, job)
                }
                guard state.desk.changes != seen else { return nil }
                // Something came or went: until when to wait may be another moment now.
                seen = state.desk.changes
                let next = state.desk.nextMoment(after: now)
                return .look(next.map { $0.millisecondsSince1970 - now.millisecondsSince1970 } ?? 60_000)
            }
            switch turn {
            case .job(let worker, let number, let job): boxes[worker].withState { $0 = .job(number: number, job) }
            case .look(let wait): milliseconds = max(1, min(60_000, wait))
            // The time is up: what was to be waited for is due, and the next moment is another one.
            case nil: seen = -1
            case .end:
                for box in boxes { box.withState { $0 = .end } }
                return
            }
        }
    }
}
