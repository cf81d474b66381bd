package import Codecs
import LambdaEvents
package import Ledger
package import StrictJSON

/// A reader has read a comic: the detail of the `ComicRead` event.
package struct ComicRead: Equatable, Sendable {
    package let reader: UserID
    package let comic: ComicID
    /// When it was read, by the clock of the comic service.
    package let time: Timestamp

    package init(reader: UserID, comic: ComicID, time: Timestamp) {
        self.reader = reader
        self.comic = comic
        self.time = time
    }

    /// The UTC day that the read belongs to.
    package var day: UTCDay {
        time.day
    }
}

extension ComicRead: EventDetail {
    package static let source = "nerdwork.comic"
    package static let detailType = "ComicRead"

    /// Reads `userId`, `comicId` and `timestamp` (milliseconds since 1970, up to the year 9999).
    package init(json: JSONValue, version: Int64) throws(JSONError) {
        let userID = try json.member("userId")
        guard let reader = UserID(try userID.string()) else { throw userID.error(.range) }
        let comicID = try json.member("comicId")
        guard let comic = ComicID(try comicID.string()) else { throw comicID.error(.range) }
        let milliseconds = try json.member("timestamp").integer(in: 0...253_402_300_799_999)
        self.init(reader: reader, comic: comic, time: Timestamp(millisecondsSince1970: milliseconds))
    }
}
