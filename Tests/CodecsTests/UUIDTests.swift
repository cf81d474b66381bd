import Codecs
import Testing

@Suite struct UUIDTests {
    @Test(
        "RFC 9562, appendices A and B: the examples of every version, and the two special ones",
        arguments: [
            "c232ab00-9414-11ec-b3c8-9f6bdeced846", "5df41881-3aed-3515-88a7-2f4a814cf09e",
            "919108f7-52d1-4320-9bac-f847db4148a8", "2ed6657d-e927-568b-95e1-2665a8aea6a2",
            "1ec9414c-232a-6b00-b3c8-9f6bdeced846", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
            "2489e9ad-2ee2-8e00-8ec9-32d5f69181c0", "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
        ])
    func examples(_ text: String) throws {
        let identifier = try #require(UUID(text))
        #expect(identifier.description == text)
        #expect(UUID(text.uppercased()) == identifier)
        #expect(UUID(bytes: identifier.bytes) == identifier)
        #expect(Hex.encode(identifier.bytes) == text.filter { $0 != "-" })
    }

    @Test(
        "What is not 8-4-4-4-12 hexadecimal digits is refused",
        arguments: [
            "", "c232ab00941411ecb3c89f6bdeced846", "{c232ab00-9414-11ec-b3c8-9f6bdeced846}",
            "c232ab00-9414-11ec-b3c8-9f6bdeced84", "c232ab00-9414-11ec-b3c8-9f6bdeced8466",
            "c232ab00-9414-11ec-b3c8-9f6bdeced84g", "c232ab0-09414-11ec-b3c8-9f6bdeced846",
            "c232ab00-9414-11ec-b3c8_9f6bdeced846", "urn:uuid:c232ab00-9414-11ec-b3c8-9f6bdeced846",
            "\u{FF43}232ab00-9414-11ec-b3c8-9f6bdeced",
        ])
    func refusals(_ text: String) {
        #expect(UUID(text) == nil)
    }

    @Test("Another count than 16 bytes is refused", arguments: [0, 15, 17])
    func counts(_ count: Int) {
        #expect(UUID(bytes: [UInt8](repeating: 0, count: count)) == nil)
    }

    @Test("RFC 9562, section 5.8: version 8 and the variant stand in their places, the time in front")
    func versionEight() {
        // 2022-02-22T19:22:22.000Z, the moment of the RFC's example of version 7.
        let time = Timestamp(millisecondsSince1970: 0x017F_22E2_79B0)
        let full = UUID(time: time, digest: [UInt8](repeating: 0xFF, count: 32))
        #expect(full.description == "017f22e2-79b0-8fff-bfff-ffffffffffff")
        #expect(UUID(time: time, digest: []).description == "017f22e2-79b0-8000-8000-000000000000")
        let counted = UUID(time: time, digest: Array(0..<32))
        #expect(counted.description == "017f22e2-79b0-8001-8203-040506070809")
        #expect(UUID(time: Timestamp(millisecondsSince1970: -1), digest: []).description.hasPrefix("00000000-0000-8"))
    }

    @Test("Identifiers sort as their texts do")
    func order() throws {
        let texts = [
            "00000000-0000-0000-0000-000000000001", "00000000-0000-0001-0000-000000000000",
            "7fffffff-ffff-ffff-ffff-ffffffffffff", "80000000-0000-0000-0000-000000000000",
        ]
        let identifiers = try texts.reversed().map { try #require(UUID($0)) }.sorted()
        #expect(identifiers.map(\.description) == texts)
    }
}
