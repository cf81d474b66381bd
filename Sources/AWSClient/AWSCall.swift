package import Codecs

/// For what a call is made: how long it may take and what it belongs to.
package struct AWSCall: Sendable {
    /// When the invocation ends; nil where nothing waits.
    package var deadline: Timestamp?
    /// The X-Ray header of the invocation, passed on as `X-Amzn-Trace-Id`.
    package var traceID: String?
    /// What is left of the time before the deadline for the caller, in milliseconds.
    package var marginMilliseconds: Int64

    package init(deadline: Timestamp? = nil, traceID: String? = nil, marginMilliseconds: Int64 = 200) {
        self.deadline = deadline
        self.traceID = traceID
        self.marginMilliseconds = marginMilliseconds
    }

    /// Milliseconds that the call may still take; nil where it is not bounded, 0 where nothing is left.
    func remainingMilliseconds(at now: Timestamp) -> Int64? {
        guard let deadline else { return nil }
        let (left, overflow) = deadline.millisecondsSince1970.subtractingReportingOverflow(now.millisecondsSince1970)
        if overflow { return deadline > now ? .max : 0 }
        return max(0, left - max(0, marginMilliseconds))
    }
}
