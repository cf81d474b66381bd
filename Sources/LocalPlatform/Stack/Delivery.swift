/// One event of a bus, and who got it.
package struct Delivery: Sendable {
    package let event: BusEvent
    package let receipts: [Receipt]

    /// How a function took an event.
    package struct Receipt: Sendable {
        package let function: String
        /// The first attempt, and those that Lambda made again after a function error.
        package let attempts: [InvocationResult]
        /// Path of the record that is kept of an event that no attempt succeeded with.
        package let deadLetter: String?

        package var isFailure: Bool { deadLetter != nil }
    }
}
