internal import Codecs

/// Elements by the moment at which they are due, the earliest first; those of one moment in the order of their coming.
struct DueHeap<Element> {
    private struct Entry {
        let due: Timestamp
        let number: UInt64
        let element: Element

        func isBefore(_ other: Entry) -> Bool {
            due == other.due ? number < other.number : due < other.due
        }
    }

    private var entries: [Entry] = []
    private var lastNumber: UInt64 = 0

    var count: Int { entries.count }

    /// When the first one is due.
    var earliest: Timestamp? { entries.first?.due }

    /// All elements with their moments, in no order.
    var all: [(due: Timestamp, element: Element)] { entries.map { ($0.due, $0.element) } }

    mutating func insert(_ element: Element, due: Timestamp) {
        lastNumber += 1
        entries.append(Entry(due: due, number: lastNumber, element: element))
        var index = entries.count - 1
        while index > 0, entries[index].isBefore(entries[(index - 1) / 2]) {
            entries.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    /// Takes out the first one if it is due.
    mutating func pop(at now: Timestamp) -> Element? {
        guard let first = entries.first, first.due <= now, let last = entries.popLast() else { return nil }
        if !entries.isEmpty {
            entries[0] = last
            sink()
        }
        return first.element
    }

    private mutating func sink() {
        var index = 0
        while true {
            var smallest = index
            for child in [2 * index + 1, 2 * index + 2] where child < entries.count {
                if entries[child].isBefore(entries[smallest]) { smallest = child }
            }
            if smallest == index { return }
            entries.swapAt(index, smallest)
            index = smallest
        }
    }
}
