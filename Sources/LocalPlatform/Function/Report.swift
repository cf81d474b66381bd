/// The lines that Lambda writes around an invocation.
package struct InvocationReport: Sendable, Equatable {
    package var requestID: String
    package var durationMicroseconds: Int64
    /// Only the first invocation of an environment has it.
    package var initMicroseconds: Int64?
    package var memoryMegabytes: Int
    package var peakMemoryBytes: Int
    /// `Status` and its error type, where the invocation did not simply end.
    package var status: String?

    package init(
        requestID: String, durationMicroseconds: Int64, initMicroseconds: Int64?, memoryMegabytes: Int,
        peakMemoryBytes: Int, status: String? = nil
    ) {
        self.requestID = requestID
        self.durationMicroseconds = durationMicroseconds
        self.initMicroseconds = initMicroseconds
        self.memoryMegabytes = memoryMegabytes
        self.peakMemoryBytes = peakMemoryBytes
        self.status = status
    }

    /// Milliseconds that Lambda would bill: initialisation and invocation, rounded up.
    package var billedMilliseconds: Int64 {
        (durationMicroseconds + (initMicroseconds ?? 0) + 999) / 1000
    }

    /// Largest resident memory in whole megabytes, rounded up.
    package var peakMemoryMegabytes: Int {
        (peakMemoryBytes + 1_048_575) / 1_048_576
    }

    package var startLine: String { "START RequestId: \(requestID) Version: $LATEST" }

    package var endLine: String { "END RequestId: \(requestID)" }

    package var reportLine: String {
        var fields = [
            "REPORT RequestId: \(requestID)",
            "Duration: \(Self.milliseconds(durationMicroseconds)) ms",
            "Billed Duration: \(billedMilliseconds) ms",
            "Memory Size: \(memoryMegabytes) MB",
            "Max Memory Used: \(peakMemoryMegabytes) MB",
        ]
        if let initMicroseconds { fields.append("Init Duration: \(Self.milliseconds(initMicroseconds)) ms") }
        if let status { fields.append("Status: \(status)") }
        return fields.joined(separator: "\t")
    }

    /// `12.34`: milliseconds with two decimals, rounded.
    static func milliseconds(_ microseconds: Int64) -> String {
        let hundredths = (microseconds + 5) / 10
        let decimals = String(hundredths % 100)
        return "\(hundredths / 100).\(decimals.count == 1 ? "0" : "")\(decimals)"
    }
}
