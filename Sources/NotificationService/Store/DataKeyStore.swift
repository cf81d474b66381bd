import PostgresClient

/// The statements about the key of the service's data.
enum DataKeyStore {
    static let find: SQL = "select sealed from notification.data_key"

    /// Keeps a key unless there is one.
    static func insert(_ sealed: [UInt8]) -> SQL {
        "insert into notification.data_key (sealed) values (\(sealed)) on conflict do nothing"
    }

    /// Replaces the wrapping, unless somebody else was faster.
    static func replace(_ sealed: [UInt8], by other: [UInt8]) -> SQL {
        "update notification.data_key set sealed = \(other), sealed_at = clock_timestamp() where sealed = \(sealed)"
    }
}
