internal import CLambdaRuntime

/// The process's signals: a last line before a crash, an orderly end at SIGTERM.
enum ProcessSignals {
    static func install() {
        useSignalStack()
        nerdwork_install_crash_report()
        nerdwork_install_termination()
    }

    /// Lets the calling thread report even that its own stack has overflowed.
    static func useSignalStack() {
        nerdwork_use_signal_stack()
    }

    /// Tells the crash report (and log lines) what the calling thread works on; nil for nothing.
    static func setCurrentRequest(_ requestID: String?) {
        guard var requestID else { return unsafe nerdwork_set_request("", 0) }
        requestID.withUTF8 { utf8 in
            unsafe nerdwork_set_request(
                UnsafeRawPointer(utf8.baseAddress)?.assumingMemoryBound(to: CChar.self) ?? emptyText, utf8.count)
        }
    }

    /// The request that the calling thread works on; nil for none.
    static var currentRequest: String? {
        guard let text = unsafe nerdwork_current_request(), unsafe text.pointee != 0 else { return nil }
        return unsafe String(cString: text)
    }

    /// Whether the process was told to end.
    static var isTerminating: Bool {
        nerdwork_is_terminating()
    }

    /// Makes every loop end: at once where it waits, else after its invocation.
    static func terminate() {
        nerdwork_terminate()
    }

    nonisolated(unsafe) private static let emptyText: UnsafePointer<CChar> = {
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        unsafe text.initialize(to: 0)
        return unsafe UnsafePointer(text)
    }()
}

/// A loop's place in the table that SIGTERM looks at.
struct LoopPlace: Sendable {
    private let number = nerdwork_loop_claim()

    /// Takes note of the loop's socket; false when it would wait while the process is ending.
    func use(socket: Int32) -> Bool {
        nerdwork_loop_set_socket(number, socket)
    }

    /// Runs a call that waits for an invocation: only then may the signal cut it short.
    ///
    /// Nil where the process is ending. Asked once more behind the mark, because a signal that came just before it has
    /// cut nothing short, and would be waited out.
    func whileWaiting<Result>(_ wait: () -> Result) -> Result? {
        nerdwork_loop_set_waiting(number, true)
        defer { nerdwork_loop_set_waiting(number, false) }
        return nerdwork_is_terminating() ? nil : wait()
    }
}
