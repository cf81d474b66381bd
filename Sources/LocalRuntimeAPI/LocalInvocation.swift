package import Codecs
internal import Platform

/// One event for the runtime, with the header fields that go with it.
package struct LocalInvocation: Sendable {
    /// `Lambda-Runtime-Aws-Request-Id`: the name under which the outcome is asked for.
    package var requestID: String
    package var payload: [UInt8]
    /// The fields of the answer to `next`, in order; tests may spoil them.
    package var headers: [(name: String, value: String)]

    /// Makes an invocation with the fields that Lambda always sends.
    ///
    /// - Parameter deadline: when the function must have answered; 3 seconds from now where none is given.
    package init(
        payload: [UInt8], requestID: String = LocalInvocation.newRequestID(), deadline: Timestamp? = nil,
        functionARN: String = "arn:aws:lambda:us-east-1:123456789012:function:local"
    ) {
        let deadline = deadline ?? SystemClock.now().advanced(byMilliseconds: 3_000)
        self.requestID = requestID
        self.payload = payload
        headers = [
            ("Content-Type", "application/json"),
            ("Lambda-Runtime-Aws-Request-Id", requestID),
            ("Lambda-Runtime-Deadline-Ms", String(deadline.millisecondsSince1970)),
            ("Lambda-Runtime-Invoked-Function-Arn", functionARN),
            ("Lambda-Runtime-Trace-Id", "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1"),
        ]
    }

    /// Sets, replaces or (nil) takes away a field.
    package mutating func setHeader(_ name: String, _ value: String?) {
        headers.removeAll { $0.name.lowercased() == name.lowercased() }
        if let value { headers.append((name, value)) }
    }

    /// A random id in the form that Lambda uses (RFC 9562, version 4).
    package static func newRequestID() -> String {
        let value = UUID(
            high: UInt64.random(in: .min ... .max) & ~0xF000 | 0x4000,
            low: UInt64.random(in: .min ... .max) & ~(3 << 62) | 2 << 62)
        return value.description
    }
}
