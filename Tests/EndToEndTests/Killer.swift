import Platform
import Synchronization
import TestSupport

/// Kills one of the workers' processes now and then, at moments that only the seed knows.
///
/// It waits for an amount of progress, not for a time: on a slow machine it would kill faster than the others start.
final class Killer: Sendable {
    private let workers: [FunctionWorker]
    private let distances: ClosedRange<Int>
    private let progress: @Sendable () -> Int
    private let state: Mutex<(random: SeededRandom, kills: Int)>

    /// - Parameters:
    ///   - distances: how much progress lies between two kills
    ///   - progress: a count that grows with the work done
    init(
        _ workers: [FunctionWorker], seed: UInt64, every distances: ClosedRange<Int> = 20...200,
        progress: @escaping @Sendable () -> Int
    ) {
        self.workers = workers
        self.distances = distances
        self.progress = progress
        state = Mutex((SeededRandom(seed: seed), 0))
    }

    var kills: Int { state.withLock { $0.kills } }

    func run(while condition: () -> Bool) {
        var next = 0
        while condition() {
            let (pause, distance, victim) = draw()
            usleep(pause)
            guard progress() >= next else { continue }
            let killed = workers[victim].process.withLock { $0 > 0 && kill($0, SIGKILL) == 0 }
            if killed { state.withLock { $0.kills += 1 } }
            next = progress() + distance
        }
    }

    /// Microseconds to wait, progress until the next kill, and whom to kill.
    private func draw() -> (pause: UInt32, distance: Int, victim: Int) {
        state.withLock { state in
            (
                UInt32.random(in: 0...5_000, using: &state.random), Int.random(in: distances, using: &state.random),
                Int.random(in: workers.indices, using: &state.random)
            )
        }
    }
}
