internal import Cryptography

/// How Secrets Manager makes a random text (CloudFormation's `GenerateSecretString`, the API's `GetRandomPassword`).
struct PasswordRule: Sendable {
    let length: Int
    /// The characters of each included type, without the excluded ones.
    let alphabets: [[UInt8]]
    let requiresEachType: Bool

    private static let types: [(exclusion: String, characters: String)] = [
        ("ExcludeLowercase", "abcdefghijklmnopqrstuvwxyz"), ("ExcludeUppercase", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        ("ExcludeNumbers", "0123456789"), ("ExcludePunctuation", ##"!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"##),
    ]

    /// Reads the members of `GenerateSecretString`; one that is not known is refused by name.
    init(_ tree: JSONTree, of secret: String) throws(LocalError) {
        let known =
            Self.types.map(\.exclusion) + [
                "PasswordLength", "ExcludeCharacters", "IncludeSpace", "RequireEachIncludedType",
                "SecretStringTemplate", "GenerateStringKey",
            ]
        if let unknown = tree.members.first(where: { !known.contains($0.name) }) {
            throw LocalError(
                .configuration, "The secret \(secret) uses \(unknown.name), which invoke-local does not know.")
        }
        length = tree["PasswordLength"]?.scalarText.flatMap { Int($0) } ?? 32
        let excluded = Set((tree["ExcludeCharacters"]?.text ?? "").utf8)
        var alphabets = Self.types.filter { !tree.isTrue($0.exclusion) }.map { Array($0.characters.utf8) }
        if tree.isTrue("IncludeSpace") { alphabets.append([0x20]) }
        self.alphabets = alphabets.map { $0.filter { !excluded.contains($0) } }.filter { !$0.isEmpty }
        requiresEachType = tree["RequireEachIncludedType"].map { _ in tree.isTrue("RequireEachIncludedType") } ?? true
        guard (1...4_096).contains(length), !self.alphabets.isEmpty,
            !requiresEachType || self.alphabets.count <= length
        else {
            throw LocalError(.data, "The secret \(secret) of template.json asks for a text that cannot be made.")
        }
    }

    /// A new text, every character of it equally likely.
    func generate() throws(LocalError) -> String {
        let characters = alphabets.flatMap(\.self)
        while true {
            var text: [UInt8] = []
            while text.count < length { text += try Self.choose(from: characters, count: length - text.count) }
            let hasEach = alphabets.allSatisfy { alphabet in text.contains { alphabet.contains($0) } }
            if hasEach || !requiresEachType { return String(decoding: text, as: UTF8.self) }
        }
    }

    /// At most `count` characters: random bytes beyond the last whole multiple are thrown away, so that none is favoured.
    private static func choose(from characters: [UInt8], count: Int) throws(LocalError) -> [UInt8] {
        let bytes = try LocalRandom.bytes(count)
        let limit = 256 - 256 % characters.count
        return bytes.filter { Int($0) < limit }.map { characters[Int($0) % characters.count] }
    }
}

/// Random texts for what needs no rule.
package enum LocalRandom {
    package static func bytes(_ count: Int) throws(LocalError) -> [UInt8] {
        do throws(CryptographyError) {
            return try SecureRandom.bytes(count: count)
        } catch {
            throw LocalError(.software, "This machine gives no random bytes.")
        }
    }

    /// Characters of the base 32 alphabet, as in AWS's access keys.
    static func base32(_ count: Int) throws(LocalError) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
        return String(decoding: try bytes(count).map { alphabet[Int($0 & 31)] }, as: UTF8.self)
    }
}

extension JSONTree {
    /// Whether a member is true, as CloudFormation reads booleans: `true` or `"true"`.
    func isTrue(_ name: String) -> Bool {
        self[name]?.scalarText == "true"
    }

    /// The value on one line without blanks.
    package var compactText: String {
        var bytes: [UInt8] = []
        writeJSON(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
