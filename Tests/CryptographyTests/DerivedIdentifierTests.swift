import Codecs
import Cryptography
import Testing

@Suite("Identifiers derived from a cause")
struct DerivedIdentifierTests {
    private let time = Timestamp(millisecondsSince1970: 1_790_000_000_000)

    @Test("are the time and the digest of length-prefixed fields")
    func derived() {
        // Computed with Python's hashlib and struct.
        let id = DerivedIdentifier.uuid(time: time, fields: ["nerdwork.comic", "ComicRead", "e-1"])
        #expect(id.description == "01a0c450-6c00-801f-8a49-cc54eb00f495")
        #expect(id.high >> 16 == 1_790_000_000_000)
    }

    @Test("differ when a character moves from one field to the next, or with the time")
    func unambiguous() {
        let ids = [
            DerivedIdentifier.uuid(time: time, fields: ["ab", "c", "d"]),
            DerivedIdentifier.uuid(time: time, fields: ["a", "bc", "d"]),
            DerivedIdentifier.uuid(time: time, fields: ["a", "b", "cd"]),
            DerivedIdentifier.uuid(time: time.advanced(byMilliseconds: 1), fields: ["ab", "c", "d"]),
        ]
        #expect(Set(ids).count == 4)
    }
}
