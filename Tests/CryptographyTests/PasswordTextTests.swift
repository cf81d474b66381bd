import Cryptography
import Testing

@Suite("The text of a password hash")
struct PasswordTextTests {
    // By passlib 1.7.4: passlib.hash.scrypt.using(rounds=14, salt=b"0123456789abcdef").hash("correct horse").
    private static let sound =
        "$scrypt$ln=14,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$0LupyHkzAIgDr9UDsriAAf87vMbCbcaUfDvFOAHk0D0"

    private func parse(_ text: String) -> PasswordHash? {
        PasswordHash(phc: Array(text.utf8))
    }

    @Test("Another program's text is read, checked and written again as it was")
    func foreign() throws {
        let hash = try #require(parse(Self.sound))
        #expect(hash.phc == Array(Self.sound.utf8))
        #expect(hash.cost == ScryptCost(logN: 14, blockSize: 8, parallelism: 1))
        #expect(try hash.matches(SecretBytes("correct horse")))
        #expect(try !hash.matches(SecretBytes("correct horsf")))
    }

    @Test(
        "A cost outside the bounds is refused, whatever it would take",
        arguments: [
            "ln=30,r=8,p=1", "ln=18,r=8,p=1", "ln=13,r=8,p=1", "ln=15,r=7,p=1", "ln=15,r=17,p=1", "ln=15,r=8,p=0",
            "ln=15,r=8,p=11", "ln=15,r=8,p=1000000000", "ln=99999999999999999999,r=8,p=1", "ln=0,r=0,p=0",
        ])
    func bounds(_ parameters: String) {
        #expect(parse(Self.sound.replacing("ln=14,r=8,p=1", with: parameters)) == nil)
    }

    @Test(
        "Parameters are written in one way",
        arguments: [
            "ln=014,r=8,p=1", "ln=+14,r=8,p=1", "ln=-14,r=8,p=1", "ln= 14,r=8,p=1", "ln=14,r=8", "ln=14,r=8,p=1,p=1",
            "ln=14,ln=14,r=8,p=1", "r=8,ln=14,p=1", "ln=14,r=8,p=1,", ",ln=14,r=8,p=1", "ln=14;r=8;p=1",
            "LN=14,r=8,p=1",
            "ln=,r=8,p=1", "ln=1４,r=8,p=1", "n=16384,r=8,p=1", "", "ln=14,r=8,p=1\n", "ln=14.0,r=8,p=1",
            "ln=0xe,r=8,p=1",
        ])
    func parameters(_ parameters: String) {
        #expect(parse(Self.sound.replacing("ln=14,r=8,p=1", with: parameters)) == nil)
    }

    @Test("So are the fields around them")
    func fields() {
        let sound = Self.sound
        let salt = "MDEyMzQ1Njc4OWFiY2RlZg"
        let wrong = [
            "", "$", "$$$$", sound + "$", "$" + sound, " " + sound, sound + "\n", sound + "\0",
            String(sound.dropFirst()),
            sound.replacing("scrypt", with: "argon2id"), sound.replacing("scrypt", with: "Scrypt"),
            sound.replacing("$scrypt$", with: "$scrypt$v=1$"), sound.replacing(salt, with: ""),
            sound.replacing(salt, with: salt + "=="), sound.replacing(salt, with: "AQEBAQEBAQ"),
            sound.replacing(salt, with: String(repeating: "AAAA", count: 22)),
            // Spare bits that are not zero, the other alphabet, a foreign byte.
            sound.replacing(salt, with: "MDEyMzQ1Njc4OWFiY2RlZh"),
            sound.replacing(salt, with: "-_EyMzQ1Njc4OWFiY2RlZg"),
            sound.replacing(salt, with: "*DEyMzQ1Njc4OWFiY2RlZg"), String(sound.dropLast(24)),
            sound + String(repeating: "AAAA", count: 16), sound + String(repeating: "A", count: 100_000),
        ]
        for text in wrong { #expect(parse(text) == nil, Comment(rawValue: String(text.prefix(120)))) }
    }
}
