internal import Platform
internal import Synchronization

/// Passes on, line by line, what a function writes, while somebody waits for its answer.
///
/// A thread reads all the time, so that the function never waits for a full pipe; `drain` makes sure that
/// everything written up to now has been passed on.
final class LogPipe: Sendable {
    private let output: FileDescriptor
    private let sink: @Sendable (String) -> Void
    private let rest = Mutex<[UInt8]>([])
    private let isOver = Atomic(false)
    private let closed = Atomic(false)

    init(_ output: FileDescriptor, sink: @escaping @Sendable (String) -> Void) {
        self.output = output
        self.sink = sink
    }

    /// Whether nobody can write any more: the process has ended, or is about to.
    var isClosed: Bool { closed.load(ordering: .acquiring) }

    /// Reads until the other end is closed, or `end` is called.
    ///
    /// - Parameter closed: called when the other end is closed, which is how the end of the process is noticed at once.
    func follow(closed: () -> Void) {
        while !isOver.load(ordering: .acquiring) {
            output.waitUntilReadable(milliseconds: 1_000)
            drain()
            if isClosed { return closed() }
        }
    }

    func drain() {
        rest.withLock { rest in
            while let part = output.read() {
                guard !part.isEmpty else { return closed.store(true, ordering: .releasing) }
                rest += part
                pass(&rest)
            }
        }
    }

    /// Passes on what is left, an unfinished line too.
    func end() {
        drain()
        isOver.store(true, ordering: .releasing)
        rest.withLock { rest in
            if !rest.isEmpty { sink(String(decoding: rest, as: UTF8.self)) }
            rest = []
        }
    }

    private func pass(_ rest: inout [UInt8]) {
        var start = rest.startIndex
        while let newline = rest[start...].firstIndex(of: 0x0A) {
            sink(String(decoding: rest[start..<newline], as: UTF8.self))
            start = newline + 1
        }
        rest.removeSubrange(..<start)
        // A line without an end is passed on in pieces of Lambda's largest size.
        if rest.count > 262_144 {
            sink(String(decoding: rest, as: UTF8.self))
            rest = []
        }
    }
}
