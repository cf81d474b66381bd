import Codecs
import StrictJSON

/// The personal part of an event before it is sealed: always one length for one type of event, whatever is in it, so that
/// whoever sees the seal learns neither how long an address is nor whether there is one.
struct SealedPart {
    /// Room for the longest address or two tokens, the names of the members, and what cannot be foreseen.
    static let oneAddress = 512
    /// The same for two addresses and two tokens.
    static let twoAddresses = 1_024
    /// The same for an address and two texts that persons or their programs wrote.
    static let words = 2_048

    private let length: Int
    private let write: (inout JSONObjectWriter) -> Void

    /// - Parameter length: of the plaintext, in bytes; content that needs more gets a multiple of it.
    init(_ length: Int, _ write: @escaping (inout JSONObjectWriter) -> Void) {
        self.length = length
        self.write = write
    }

    /// The plaintext: an object whose member `padding` fills it up.
    var plaintext: [UInt8] {
        let least = object(padding: 0).count
        let whole = (least + length - 1) / length * length
        return object(padding: whole - least)
    }

    private func object(padding: Int) -> [UInt8] {
        JSONWriter.object(reserving: length) { object in
            write(&object)
            object.member("padding", String(repeating: "0", count: padding))
        }.bytes
    }
}
