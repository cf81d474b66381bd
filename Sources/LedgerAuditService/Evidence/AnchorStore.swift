package import AWSClient
package import Codecs
package import LambdaRuntime
package import ServiceKit

/// The place outside the database that keeps roots: an S3 bucket with Object Lock, or what stands in for it in a test.
package struct AnchorStore {
    /// Writes an object whose key nothing has yet, within that many milliseconds.
    let put: (StoredObject, _ milliseconds: Int64?) throws(AWSError) -> Void

    package init(put: @escaping (StoredObject, _ milliseconds: Int64?) throws(AWSError) -> Void) {
        self.put = put
    }

    /// - Parameters:
    ///   - bucket: its default retention is what keeps the objects
    ///   - now: the wall clock
    package init(_ client: AWSClient, bucket: Bucket, now: @escaping () -> Timestamp) {
        put = { (object, milliseconds) throws(AWSError) in
            let deadline = milliseconds.map { now().advanced(byMilliseconds: $0) }
            try client.putObject(object, into: bucket, call: AWSCall(deadline: deadline))
        }
    }
}

extension AnchorStore {
    /// The bucket that `ANCHOR_BUCKET` names; nil where it is not set.
    ///
    /// Throws `InitializationError` for what is no bucket's name.
    package static func named(
        by environment: Environment, _ client: AWSClient, now: @escaping () -> Timestamp
    ) throws(InitializationError) -> AnchorStore? {
        guard let name = environment.optional("ANCHOR_BUCKET") else { return nil }
        guard let bucket = Bucket(name) else { throw Environment.error("ANCHOR_BUCKET", "is no name of a bucket") }
        return AnchorStore(client, bucket: bucket, now: now)
    }
}
