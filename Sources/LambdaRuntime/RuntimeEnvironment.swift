internal import Platform

/// What a function is made from: its environment variables, and a place for what must be closed at the end.
///
/// Each loop thread has its own; nothing in it is shared.
package final class RuntimeEnvironment {
    /// How many invocations run at a time in this process; 1 but on Lambda Managed Instances.
    package let concurrency: Int
    private let read: (String) -> String?
    private var shutdownActions: [() -> Void] = []
    /// What is to be done after each answer.
    private(set) var afterResponse = AfterResponse()

    package init(concurrency: Int = 1, variables: @escaping (String) -> String? = { RuntimeEnvironment.variable($0) }) {
        self.concurrency = concurrency
        read = variables
    }

    /// A variable's value; nil where it is not set.
    package subscript(name: String) -> String? {
        read(name)
    }

    /// Registers what to close when the process is told to end; the last registered runs first.
    package func onShutdown(_ action: @escaping () -> Void) {
        shutdownActions.append(action)
    }

    /// Registers what to do after Lambda has taken an invocation's response or error, before the next is asked for.
    ///
    /// The caller has its answer by then; the environment is not frozen and gets no other invocation before the next one
    /// is asked for. It counts as the invocation's time: it is billed, and Lambda ends the function at the deadline
    /// that the context tells, so that the action must bound every blocking call by it. It is left out where there is
    /// no time left, where Lambda did not take the answer, and while the process is ending: what must not be lost has
    /// to be safe without it. In the order of registration.
    ///
    /// Source: AWS Compute Blog, "Running code after returning a response from an AWS Lambda function"; Lambda
    /// Developer Guide, "Using the Lambda runtime API for custom runtimes".
    package func onResponseSent(_ action: @escaping (InvocationContext) -> Void) {
        afterResponse.actions.append(action)
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
