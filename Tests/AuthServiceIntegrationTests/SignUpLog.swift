import Logging
import Synchronization

/// Everything that is logged in this process from `begin` on, at every level.
enum SignUpLog {
    static let begin: Void = LoggingSystem.bootstrap { _ in Handler() }

    private static let kept = Mutex<[String]>([])

    static var lines: [String] { kept.withLock { $0 } }

    private struct Handler: LogHandler {
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = metadata.merging(event.metadata ?? [:]) { $1 }
            kept.withLock {
                $0.append("\(event.level) \(event.message) \(fields) \(event.error.map { "\($0)" } ?? "")")
            }
        }
    }
}
