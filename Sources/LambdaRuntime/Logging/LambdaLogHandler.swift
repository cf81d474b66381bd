package import Logging
internal import Platform

/// Writes log records in Lambda's forms to stderr.
package struct LambdaLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level
    private let label: String
    private let settings: LogSettings
    private let output: OutputDescriptor

    init(label: String, settings: LogSettings, output: OutputDescriptor = .standardError) {
        self.label = label
        self.settings = settings
        self.output = output
        logLevel = settings.level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let line = line(of: event)
        output.write(settings.format == .json ? line.json() : line.text())
    }

    private func line(of event: LogEvent) -> LogLine {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { $1 } }
        if let own = event.metadata { fields.merge(own) { $1 } }
        if let error = event.error { fields["errorType"] = .string(String(reflecting: type(of: error))) }
        // A logger that was made before the invocation does not know the request; the thread does.
        let requestID = fields.removeValue(forKey: "requestId").map { "\($0)" } ?? ProcessSignals.currentRequest
        let tenantID = fields.removeValue(forKey: "tenantId").map { "\($0)" }
        return LogLine(
            time: SystemClock.now(), level: event.level, message: event.message.description, requestID: requestID,
            tenantID: tenantID, function: settings.functionName, fields: fields)
    }
}

/// Lambda's log as swift-log's backend.
enum LambdaLog {
    /// Installs the handler; to be called once in a process (`LoggingSystem.bootstrap`).
    static func bootstrap() {
        let settings = LogSettings(variable: { RuntimeEnvironment.variable($0) })
        LoggingSystem.bootstrap { LambdaLogHandler(label: $0, settings: settings) }
    }
}
