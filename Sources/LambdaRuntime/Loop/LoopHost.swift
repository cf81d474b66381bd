internal import Platform

/// Runs one loop from the making of its handler to its end.
struct LoopHost: Sendable {
    let settings: RuntimeSettings
    let makeHandler: @Sendable (RuntimeEnvironment) throws -> InvocationHandler

    /// - Returns: nil after an orderly end, else what to say on stderr before the process ends with a failure.
    func run() -> String? {
        let place = LoopPlace()
        let client = RuntimeClient(settings.address) { place.use(socket: $0) }
        let environment = RuntimeEnvironment(concurrency: settings.concurrency)
        defer { environment.shutDown() }
        let handler: InvocationHandler
        do {
            handler = try makeHandler(environment)
        } catch {
            return reportInitialization(FunctionError(reporting: error), by: client)
        }
        let loop = InvocationLoop(
            client: client, place: place, trace: settings.isConcurrent ? nil : TraceVariable(),
            workingDirectory: settings.workingDirectory, afterResponse: environment.afterResponse, handler: handler)
        switch loop.run() {
        case .stopped: return nil
        case .failed(let reason): return reason
        }
    }

    /// Tells Lambda why the function cannot start.
    ///
    /// Whatever it answers (403: another loop was first), the process ends.
    private func reportInitialization(_ error: FunctionError, by client: RuntimeClient) -> String {
        let body = ErrorBody(error, requestID: nil, workingDirectory: settings.workingDirectory)
        _ = client.send(.initializationFailure(body))
        return "initialisation failed: \(error.type): \(error.message)"
    }
}
