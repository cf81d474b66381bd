internal import Synchronization

/// A decision about one action of one function on one resource.
package struct AccessRecord: Hashable, Sendable {
    /// Name of the function, as in `TemplateFunction.name`.
    package let function: String
    /// Such as `s3:PutObject`.
    package let action: String
    /// The ARN.
    package let resource: String
    package let isAllowed: Bool
}

/// What functions have asked of AWS so far, each decision once.
package final class AccessLog: Sendable {
    private static let most = 10_000
    private let all = Mutex<Set<AccessRecord>>([])

    package init() {}

    /// All decisions up to now.
    package var records: Set<AccessRecord> { all.withLock { $0 } }

    /// Keeps it; beyond the limit new ones are left out.
    func record(_ record: AccessRecord) {
        all.withLock { if $0.count < Self.most { $0.insert(record) } }
    }
}
