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

    init(_ output: FileDescriptor, sink: @escaping @Sendable (String) -> Void) {
        self.output = output
        self.sink = sink
    }

    /// Reads until `end` is called.
    func follow() {
        while !isOver.load(ordering: .acquiring) {
            output.waitUntilReadable(milliseconds: 50)
            drain()
        }
    }

    func drain() {
        rest.withLock { rest in
            while let part = output.read(), !part.isEmpty {
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
        while let newline = rest.firstIndex(of: 0x0A) {
            sink(String(decoding: rest[..<newline], as: UTF8.self))
            rest.removeSubrange(...newline)
        }
        // A line without an end is passed on in pieces of Lambda's largest size.
        if rest.count > 262_144 {
            sink(String(decoding: rest, as: UTF8.self))
            rest = []
        }
    }
}
