package import Codecs
internal import Platform

/// Metrics in CloudWatch's embedded metric format: one JSON line on stdout, from which CloudWatch makes metrics.
///
/// Source: CloudWatch User Guide, "Specification: Embedded metric format".
package struct EmbeddedMetrics: Sendable {
    /// The units that this project needs, by their CloudWatch names.
    package enum Unit: String, Sendable {
        case count = "Count"
        case milliseconds = "Milliseconds"
        case seconds = "Seconds"
    }

    /// Why a metric or dimension is refused.
    package enum Refusal: Error, Equatable, Sendable {
        /// More than 30 dimensions.
        case tooManyDimensions
        /// More than 100 metrics in one line.
        case tooManyMetrics
        /// The name is empty, too long, or in use already.
        case name(String)
        /// The value of this name: a metric's that is no finite number, a dimension's that is empty or too long.
        case value(String)
    }

    package static let maximumDimensions = 30
    package static let maximumMetrics = 100

    private let namespace: String
    private var dimensions: [(name: String, value: String)] = []
    private var metrics: [(name: String, unit: Unit, value: Double)] = []
    private var names: Set<String> = ["_aws"]

    package init(namespace: String) {
        self.namespace = namespace
    }

    /// Adds a dimension; all dimensions of a line form one set.
    package mutating func dimension(_ name: String, _ value: String) throws(Refusal) {
        guard dimensions.count < Self.maximumDimensions else { throw .tooManyDimensions }
        try take(name, maximumBytes: 250)
        guard !value.isEmpty, value.utf8.count <= 1024 else { throw .value(name) }
        dimensions.append((name, value))
    }

    /// Adds a metric.
    package mutating func metric(_ name: String, _ value: Double, unit: Unit = .count) throws(Refusal) {
        guard metrics.count < Self.maximumMetrics else { throw .tooManyMetrics }
        guard value.isFinite else { throw .value(name) }
        try take(name, maximumBytes: 1024)
        metrics.append((name, unit, value))
    }

    /// The line, with its line feed.
    package func line(at time: Timestamp) -> [UInt8] {
        var json = JSONText(reserving: 1024)
        json.raw(#"{"_aws":{"Timestamp":"#)
        json.raw(Array("\(time.millisecondsSince1970)".utf8))
        json.raw(#","CloudWatchMetrics":[{"Namespace":"#)
        json.string(namespace, maximumBytes: 1024)
        json.raw(#","Dimensions":[["#)
        appendList(dimensions.map(\.name), to: &json)
        json.raw(#"]],"Metrics":["#)
        appendDefinitions(to: &json)
        json.close("]}]}")
        appendValues(to: &json)
        json.raw("}\n")
        return json.bytes
    }

    /// Writes the line to stdout; nothing where there is no metric.
    package func emit(at time: Timestamp = SystemClock.now()) {
        if !metrics.isEmpty { OutputDescriptor.standardOutput.write(line(at: time)) }
    }

    private mutating func take(_ name: String, maximumBytes: Int) throws(Refusal) {
        guard !name.isEmpty, name.utf8.count <= maximumBytes, names.insert(name).inserted else { throw .name(name) }
    }

    private func appendList(_ names: [String], to json: inout JSONText) {
        for (index, name) in names.enumerated() {
            if index > 0 { json.raw(",") }
            json.string(name)
        }
    }

    private func appendDefinitions(to json: inout JSONText) {
        for (index, metric) in metrics.enumerated() {
            if index > 0 { json.raw(",") }
            json.open("{")
            json.member("Name", metric.name)
            json.member("Unit", metric.unit.rawValue)
            json.close("}")
        }
    }

    private func appendValues(to json: inout JSONText) {
        for (name, value) in dimensions { json.member(name, value) }
        for metric in metrics {
            json.key(metric.name)
            json.raw(Array("\(metric.value)".utf8))
        }
    }
}
