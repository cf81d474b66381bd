package import StrictJSON

/// The detail of one kind of event, told by its source and detail-type.
///
/// Readers leave unknown members aside, so that a sender can add some; what must be there and is not is an error.
package protocol EventDetail: Sendable {
    /// For instance `nerdwork.comic`.
    static var source: String { get }
    /// For instance `ComicRead`.
    static var detailType: String { get }
    /// The versions that this type can read.
    static var versions: ClosedRange<Int64> { get }

    /// Reads the detail.
    ///
    /// - Parameter version: what `detail.version` says, 1 when it is absent; one of `versions`.
    init(json: JSONValue, version: Int64) throws(JSONError)
}

extension EventDetail {
    package static var versions: ClosedRange<Int64> { 1...1 }
}

/// Why a detail could not be read.
package enum EventDetailError: Error, Hashable, Sendable {
    /// `detail.version` is a number that the type does not know.
    case unsupportedVersion
    /// The detail does not have the form that its version asks for.
    case malformed(JSONError)
}

extension EventBridgeEvent {
    /// The detail as the type that its source and detail-type stand for; the caller has compared those.
    package func detail<Detail: EventDetail>(as type: Detail.Type = Detail.self) throws(EventDetailError) -> Detail {
        do {
            let version = try detail.optional("version")?.integer() ?? 1
            guard Detail.versions.contains(version) else { throw EventDetailError.unsupportedVersion }
            return try Detail(json: detail, version: version)
        } catch let error as JSONError {
            throw .malformed(error)
        } catch {
            throw .unsupportedVersion
        }
    }
}
