internal import HTTPTransport
internal import Platform

/// Registers the process as an internal extension, so that Lambda sends SIGTERM before it ends the environment.
///
/// Without any extension the process is killed at once. Costs one call and one thread at start; must come before the
/// first `next` (Extensions API, "Shutdown phase").
enum InternalExtension {
    private static let name = "nerdwork-shutdown"

    /// - Returns: whether Lambda accepted the registration; a refusal only means that SIGTERM will not come.
    static func register(_ address: RuntimeAddress) -> Bool {
        let client = RuntimeClient(address)
        guard case .success(let response) = client.send(.registerExtension(name: name)), response.isSuccess,
            let identifier = response.header("Lambda-Extension-Identifier")
        else { return false }
        // Asking for the next event is what tells Lambda that the extension is ready; the answer never comes.
        let thread = SystemThread.start(stackBytes: 256 << 10) {
            _ = RuntimeClient(address).send(.nextExtensionEvent(identifier: identifier))
        }
        thread?.detach()
        return thread != nil
    }
}
