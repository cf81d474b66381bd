internal import LocalPlatform
internal import LocalRuntimeAPI
internal import Platform

/// Writes what waits into its file, so that little is lost even when the stack is killed.
final class WaitingKeeper: Sendable {
    let file: WaitingFile
    private let floor: DeliveryFloor
    private let bus: EventBus
    private let journal: Journal
    private let isStopping = Monitor(false)
    /// Whether what the file held is on the desk; before that, saving would lose it.
    private let isTakenUp = Monitor(false)
    /// Whether what waits could not be kept the last time.
    private let hasFailed = Monitor(false)

    init(file: WaitingFile, floor: DeliveryFloor, bus: EventBus, journal: Journal) {
        self.file = file
        self.floor = floor
        self.bus = bus
        self.journal = journal
    }

    /// To be called once the file's content waits again.
    func takenUp() {
        isTakenUp.withState { $0 = true }
    }

    func halt() {
        isStopping.withState { $0 = true }
    }

    /// Writes each second when something has changed, and less often where that takes long.
    func keep() {
        var saved = -1
        var pause: Int64 = 1_000
        while isStopping.wait(milliseconds: pause, for: { $0 ? true : nil }) == nil {
            let changes = floor.withDesk { $0.changes }
            guard changes != saved else { continue }
            let start = SystemClock.monotonicNanoseconds()
            // What could not be kept, as on a full disk, is tried again even if nothing changes any more.
            saved = save() ? changes : -1
            pause = max(1_000, (SystemClock.monotonicNanoseconds() - start) / 100_000)
        }
    }

    /// Writes what waits now; false where that fails, which is said once.
    @discardableResult
    func save() -> Bool {
        guard isTakenUp.withState({ $0 }) else { return true }
        // An event that goes from its bus to the desk meanwhile shall be there twice rather than not at all.
        let events = bus.events
        var contents = floor.withDesk { $0.contents }
        contents.events = events
        do throws(LocalError) {
            try file.save(contents)
        } catch {
            let isKnown = hasFailed.withState { state in
                defer { state = true }
                return state
            }
            if !isKnown { journal.record(.note("What waits cannot be kept: \(error)")) }
            return false
        }
        hasFailed.withState { $0 = false }
        return true
    }
}
