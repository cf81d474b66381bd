package import Codecs
internal import LocalRuntimeAPI
internal import Platform

/// What has happened since the start, the latest last: for the console, and for tests that wait for something.
///
/// Holds the latest entries only, so that it never grows beyond its capacity.
package final class Journal: Sendable {
    package struct Entry: Sendable {
        /// Counted from 1; a gap is what was forgotten.
        package let number: Int
        package let time: Timestamp
        package let happening: Happening
    }

    private struct State {
        var entries: [Entry] = []
        var lastNumber = 0
    }

    private let state = Monitor(State())
    private let capacity: Int

    /// - Parameter capacity: how many entries are kept.
    package init(capacity: Int = 4_000) {
        self.capacity = max(1, capacity)
    }

    /// Adds an entry, and returns its number.
    @discardableResult
    package func record(_ happening: Happening) -> Int {
        let now = SystemClock.now()
        return state.withState { state in
            state.lastNumber += 1
            // Half is dropped at a time: one by one, each entry would move all the others.
            if state.entries.count >= capacity { state.entries.removeFirst((capacity + 1) / 2) }
            state.entries.append(Entry(number: state.lastNumber, time: now, happening: happening))
            return state.lastNumber
        }
    }

    /// The entries with a higher number, the earliest first.
    package func entries(after number: Int, limit: Int) -> [Entry] {
        state.withState { Self.entries($0, number, limit) }
    }

    /// The same, once there are any; none when the time is up.
    package func wait(after number: Int, limit: Int, milliseconds: Int64) -> [Entry] {
        let found = state.wait(milliseconds: milliseconds) { state in
            state.lastNumber > number ? Self.entries(state, number, limit) : nil
        }
        return found ?? []
    }

    private static func entries(_ state: State, _ number: Int, _ limit: Int) -> [Entry] {
        let first = state.entries.partitionPoint { $0.number > number }
        return Array(state.entries[first...].prefix(max(0, limit)))
    }
}

extension Array {
    /// The first index whose element satisfies the test, where all that do stand behind all that do not.
    fileprivate func partitionPoint(where belongs: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if belongs(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
