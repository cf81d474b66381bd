internal import Platform

/// What a function is made from: its environment variables, and a place for what must be closed at the end.
///
/// Each loop thread has its own; nothing in it is shared.
package final class RuntimeEnvironment {
    /// How many invocations run at a time in this process; 1 but on Lambda Managed Instances.
    package let concurrency: Int
    private let read: (String) -> String?
    private var shutdownActions: [() -> Void] = []

    package init(concurrency: Int = 1, variables: @escaping (String) -> String? = { RuntimeEnvironment.variable($0) }) {
        self.concurrency = concurrency
        read = variables
    }

    /// A variable's value; nil where it is not set.
    package subscript(name: String) -> String? {
        read(name)
    }

    /// The function's name as Lambda knows it.
    package var functionName: String {
        read("AWS_LAMBDA_FUNCTION_NAME") ?? "function"
    }

    /// Registers what to close when the process is told to end; the last registered runs first.
    package func onShutdown(_ action: @escaping () -> Void) {
        shutdownActions.append(action)
    }

    func shutDown() {
        while let action = shutdownActions.popLast() { action() }
    }

    /// A variable of the process (`getenv`).
    package static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}

@available(*, unavailable)
extension RuntimeEnvironment: Sendable {}
