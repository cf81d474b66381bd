internal import Logging
internal import Platform
internal import Synchronization

/// The loop between Lambda and a function.
package enum LambdaRuntime {
    /// Runs the function until Lambda ends the process.
    ///
    /// Exit status: 0 after SIGTERM, 1 after a failed initialisation or a Runtime API that is beyond repair, 78
    /// (`EX_CONFIG`) where there is no Runtime API.
    ///
    /// - Parameters:
    ///   - registersExtension: whether to register an internal extension, without which Lambda sends no SIGTERM. Also
    ///     switched on by `NERDWORK_GRACEFUL_SHUTDOWN=true`.
    ///   - makeHandler: makes the function, once for each loop: once, or `AWS_LAMBDA_MAX_CONCURRENCY` times on as many
    ///     threads. What it throws is reported to Lambda as an initialisation error, and the process ends.
    package static func run(
        registersExtension: Bool = false,
        _ makeHandler: @escaping @Sendable (RuntimeEnvironment) throws -> InvocationHandler
    ) -> Never {
        NameService.configure()
        ProcessSignals.install()
        LambdaLog.bootstrap()
        do {
            let settings = try RuntimeSettings(registersExtension: registersExtension)
            if settings.registersExtension, !InternalExtension.register(settings.address) {
                Logger(label: "runtime").warning("the internal extension was refused: no SIGTERM will come")
            }
            end(run(LoopHost(settings: settings, makeHandler: makeHandler), times: settings.concurrency))
        } catch {
            Logger(label: "runtime").critical("\(error.message)", metadata: ["errorType": .string(error.type)])
            _exit(78)
        }
    }

    /// Runs a loop on this thread and the others on threads of their own; the first failure ends them all.
    private static func run(_ host: LoopHost, times: Int) -> String? {
        let shared = SharedFailure()
        let threads = (1..<max(1, times)).compactMap { _ in
            SystemThread.start(stackBytes: 8 << 20) {
                ProcessSignals.useSignalStack()
                shared.note(host.run())
            }
        }
        if threads.count < times - 1 { shared.note("the system has no room for \(times) threads") }
        shared.note(host.run())
        for thread in threads { thread.join() }
        return shared.reason
    }

    /// Ends the process without unwinding: other threads may still be inside libcurl.
    private static func end(_ failure: String?) -> Never {
        guard let failure else { _exit(0) }
        Logger(label: "runtime").critical("\(failure)")
        _exit(1)
    }
}

/// The first reason for which a loop failed.
private final class SharedFailure: Sendable {
    private let first = Mutex<String?>(nil)

    var reason: String? {
        first.withLock { $0 }
    }

    /// Takes note of a loop's end; a failure makes the other loops end as well.
    func note(_ reason: String?) {
        guard let reason else { return }
        first.withLock { $0 = $0 ?? reason }
        ProcessSignals.terminate()
    }
}
