internal import Platform

/// The environment variable by which tracing libraries learn the trace of the invocation, `_X_AMZN_TRACE_ID`.
///
/// The variable's text lives in a buffer of ours (`putenv`): `setenv` keeps every different value for ever. One thread
/// only: the environment has no lock that readers would take.
@safe
final class TraceVariable {
    private static let name = Array("_X_AMZN_TRACE_ID=".utf8)
    private static let capacity = 1024
    private let buffer: UnsafeMutablePointer<CChar>
    private var isSet = false

    init() {
        unsafe buffer = .allocate(capacity: Self.capacity)
        unsafe buffer.initialize(repeating: 0, count: Self.capacity)
        for (index, byte) in Self.name.enumerated() { unsafe buffer[index] = CChar(bitPattern: byte) }
        unsafe unsetenv("_X_AMZN_TRACE_ID")
    }

    /// Sets the variable, or takes it away where there is no trace (or one of absurd length).
    func set(_ traceID: String?) {
        guard var traceID, traceID.utf8.count < Self.capacity - Self.name.count else { return clear() }
        let room = unsafe UnsafeMutableRawPointer(buffer + Self.name.count)
        let count = traceID.withUTF8 { text in
            if let start = text.baseAddress { unsafe room.copyMemory(from: start, byteCount: text.count) }
            return text.count
        }
        unsafe room.storeBytes(of: 0, toByteOffset: count, as: UInt8.self)
        if !isSet { unsafe putenv(buffer) }
        isSet = true
    }

    private func clear() {
        if isSet { unsafe unsetenv("_X_AMZN_TRACE_ID") }
        isSet = false
    }
}
