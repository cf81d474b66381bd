/// What the runtime itself reads from the environment.
struct RuntimeSettings: Sendable {
    let address: RuntimeAddress
    /// The number of loops, 1 to 256.
    let concurrency: Int
    /// Whether Lambda gives the process several invocations at a time (Managed Instances): the presence of
    /// `AWS_LAMBDA_MAX_CONCURRENCY` says so, even with a value of 1.
    let isConcurrent: Bool
    let workingDirectory: String
    let registersExtension: Bool

    static let maximumConcurrency = 256

    /// - Throws: `InitializationError` where there is no usable `AWS_LAMBDA_RUNTIME_API`.
    init(
        registersExtension: Bool, variable: (String) -> String? = { RuntimeEnvironment.variable($0) }
    ) throws(InitializationError) {
        guard let address = variable("AWS_LAMBDA_RUNTIME_API").flatMap(RuntimeAddress.init) else {
            throw InitializationError(
                message:
                    "AWS_LAMBDA_RUNTIME_API is not set to an address: run this program in Lambda or by invoke-local")
        }
        self.address = address
        let concurrency = variable("AWS_LAMBDA_MAX_CONCURRENCY")
        isConcurrent = concurrency != nil
        self.concurrency = min(Self.maximumConcurrency, max(1, concurrency.flatMap { Int($0) } ?? 1))
        workingDirectory = variable("LAMBDA_TASK_ROOT") ?? "/var/task"
        self.registersExtension = registersExtension || variable("NERDWORK_GRACEFUL_SHUTDOWN") == "true"
    }
}
