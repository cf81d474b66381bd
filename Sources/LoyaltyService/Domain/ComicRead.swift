package import Codecs
import LambdaEvents
package import Ledger
import ServiceKit
package import StrictJSON

/// A reader has read a comic: the detail of the `ComicRead` event.
package struct ComicRead: Equatable, Sendable {
    package let reader: UserID
    package let comic: ComicID
    /// When it was read, by the clock of the comic service.
    package let time: Timestamp
    /// Not stored with the read, and no part of what makes it this read.
    package let origin: ReadOrigin

    package init(reader: UserID, comic: ComicID, time: Timestamp, origin: ReadOrigin = .unknown) {
        self.reader = reader
        self.comic = comic
        self.time = time
        self.origin = origin
    }

    /// The UTC day that the read belongs to.
    package var day: UTCDay {
        time.day
    }

    /// Whether both say the same of what was read, wherever it came from.
    package func isSameReading(as other: ComicRead) -> Bool {
        reader == other.reader && comic == other.comic && time == other.time
    }
}

extension ComicRead: EventDetail {
    package static let source = "nerdwork.comic"
    package static let detailType = "ComicRead"

    /// Reads `userId`, `comicId`, `timestamp` (milliseconds since 1970, up to the year 9999), and, where they are there,
    /// `deviceId` (1 to 128 visible ASCII characters) and `clientAddress` (an IPv4 or IPv6 address).
    package init(json: JSONValue, version: Int64) throws(JSONError) {
        let userID = try json.member("userId")
        guard let reader = UserID(try userID.string()) else { throw userID.error(.range) }
        let comicID = try json.member("comicId")
        guard let comic = ComicID(try comicID.string()) else { throw comicID.error(.range) }
        let milliseconds = try json.member("timestamp").integer(in: 0...253_402_300_799_999)
        self.init(
            reader: reader, comic: comic, time: Timestamp(millisecondsSince1970: milliseconds),
            origin: ReadOrigin(deviceID: try Self.deviceID(json), address: try Self.clientAddress(json)))
    }

    private static func deviceID(_ json: JSONValue) throws(JSONError) -> String? {
        guard let value = try json.optional("deviceId") else { return nil }
        let text = try value.string(maximumBytes: 128)
        guard OpaqueIdentifier.isValid(text) else { throw value.error(.range) }
        return text
    }

    private static func clientAddress(_ json: JSONValue) throws(JSONError) -> ClientAddress? {
        guard let value = try json.optional("clientAddress") else { return nil }
        guard let address = ClientAddress(text: try value.string(maximumBytes: 64)) else { throw value.error(.range) }
        return address
    }
}
