internal import LocalPlatform
internal import LocalRuntimeAPI

/// Rotates secrets with the functions that are served, each by one at a time.
final class SecretRotations: Sendable {
    private let rotation: SecretRotation
    private let invoker: any FunctionInvoker
    private let journal: Journal
    /// Names of the secrets that are being rotated.
    private let underWay = Monitor<Set<String>>([])

    init(_ secrets: SecretStore, invoker: any FunctionInvoker, journal: Journal) {
        rotation = SecretRotation(secrets)
        self.invoker = invoker
        self.journal = journal
    }

    /// Rotates the secret of that name, and says how that went.
    ///
    /// Throws `.unavailable` where it is being rotated already, and what `SecretRotation` throws.
    @Sendable func rotate(_ name: String) throws(LocalError) -> ConsoleOutcome {
        guard underWay.withState({ $0.insert(name).inserted }) else {
            throw LocalError(.unavailable, "\(name) is being rotated already.")
        }
        defer { underWay.withState { _ = $0.remove(name) } }
        let outcome = try rotation.run(name) { (function, payload) throws(LocalError) in
            try invoker.invoke(function, payload, for: .person)
        }
        switch outcome {
        case .rotated:
            journal.record(.note("\(name) was rotated."))
            return ConsoleOutcome(succeeded: true, message: "\(name) has a new value.")
        case .failed(let step, let type, let message):
            journal.record(.note("The rotation of \(name) failed at \(step.rawValue): \(type)."))
            return ConsoleOutcome(succeeded: false, message: "\(step.rawValue) failed: \(type). \(message)")
        }
    }
}
