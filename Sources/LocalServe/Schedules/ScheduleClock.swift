package import Codecs
package import LocalPlatform
internal import LocalRuntimeAPI
internal import Platform

/// Lets schedules run at their time, as EventBridge Scheduler does, by a clock that may begin at another moment.
package final class ScheduleClock: Sendable {
    /// Hands a run to its function; called on the clock's thread.
    package typealias Fire = @Sendable (TemplateSchedule, Timestamp) -> Void

    private struct State {
        /// The next run of each schedule, by its name.
        var next: [String: Timestamp] = [:]
        var isStopping = false
        var thread: SystemThread?
    }

    let schedules: [TemplateSchedule]
    private let journal: Journal
    private let fire: Fire
    /// Milliseconds by which this clock is ahead of the machine's.
    private let ahead: Int64
    let begin: Timestamp
    private let state = Monitor(State())

    /// - Parameter start: what the clock shows now; nil for the time that it is.
    package init(
        _ schedules: [TemplateSchedule], startingAt start: Timestamp? = nil, journal: Journal, fire: @escaping Fire
    ) {
        self.schedules = schedules
        self.journal = journal
        self.fire = fire
        let now = SystemClock.now()
        begin = start ?? now
        ahead = begin.millisecondsSince1970 - now.millisecondsSince1970
    }

    /// What the clock shows.
    package var now: Timestamp { SystemClock.now().advanced(byMilliseconds: ahead) }

    /// Begins; runs of before are not made up for.
    package func start() throws(LocalError) {
        state.withState { state in
            for schedule in schedules { state.next[schedule.name] = schedule.next(after: begin, clockStart: begin) }
        }
        if ahead != 0 { journal.record(.note("The clock of schedules shows \(begin.wholeSeconds).")) }
        guard let thread = SystemThread.start({ [self] in run() }) else {
            throw LocalError(.software, "Cannot start a thread.")
        }
        state.withState { $0.thread = thread }
    }

    /// Ends, and waits for a run that is just being handed over.
    package func stop() {
        let thread = state.withState { state in
            state.isStopping = true
            return state.thread.take()
        }
        thread?.join()
    }

    /// Lets a schedule run now, as if it were that moment.
    ///
    /// Throws `.usage` where there is none with this name.
    package func run(_ name: String, at time: Timestamp? = nil) throws(LocalError) {
        fire(try Self.schedule(named: name, among: schedules), time ?? now)
    }

    /// The schedule that has this name; else the sentence that lists the known ones.
    package static func schedule(
        named name: String, among schedules: [TemplateSchedule]
    ) throws(LocalError) -> TemplateSchedule {
        if let schedule = schedules.first(where: { $0.name == name }) { return schedule }
        let known = schedules.map(\.name).sorted().joined(separator: ", ")
        throw LocalError(.usage, "There is no schedule \"\(name)\"; template.json has: \(known).")
    }

    /// What is due at a moment, the earliest first, and what comes after it.
    ///
    /// Of several runs that were missed, as when the machine slept, only the last one is made.
    private func takeDue(at now: Timestamp, _ state: inout State) -> [(schedule: TemplateSchedule, time: Timestamp)] {
        var due: [(schedule: TemplateSchedule, time: Timestamp)] = []
        for schedule in schedules {
            guard var time = state.next[schedule.name], time <= now else { continue }
            var missed = 0
            while missed < 100_000, let next = schedule.next(after: time, clockStart: begin), next <= now {
                time = next
                missed += 1
            }
            if missed > 0 { journal.record(.note("\(missed) earlier runs of \(schedule.name) are left out.")) }
            state.next[schedule.name] = schedule.next(after: time, clockStart: begin)
            due.append((schedule, time))
        }
        return due.sorted { $0.time < $1.time }
    }

    private func run() {
        while true {
            let now = now
            let due = state.withState { takeDue(at: now, &$0) }
            for (schedule, time) in due { fire(schedule, time) }
            // Not longer than a second, because the machine's clock may be set meanwhile.
            let next = state.withState { $0.next.values.min() }
            let wait = next.map { $0.millisecondsSince1970 - now.millisecondsSince1970 } ?? 1_000
            let isStopping = state.wait(milliseconds: max(1, min(1_000, wait))) { $0.isStopping ? true : nil }
            if isStopping != nil { return }
        }
    }
}
