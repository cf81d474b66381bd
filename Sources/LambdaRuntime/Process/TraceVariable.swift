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
        guard let traceID, traceID.utf8.count < Self.capacity - Self.name.count else { return clear() }
        var index = Self.name.count
        for byte in traceID.utf8 {
            unsafe buffer[index] = CChar(bitPattern: byte)
            index += 1
        }
        unsafe buffer[index] = 0
        if !isSet { unsafe putenv(buffer) }
        isSet = true
    }

    private func clear() {
        if isSet { unsafe unsetenv("_X_AMZN_TRACE_ID") }
        isSet = false
    }
}
