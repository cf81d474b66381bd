import Foundation
import ServiceKit
import TestSupport
import Testing

@testable import AuthService

struct PasswordPolicyTests {
    @Test(
        "Good passwords are taken, whatever they are made of",
        arguments: [
            "tundra maple 71 orbit", "correct horse battery staple", "zkvqmwhptnrdxbf",
            "               x9!kQv2mZ#pW",
            "лиса бежит через тихий лес", "東京の夜は静かで星がとても綺麗です", "nerdwork is where the wild otters sing",
        ])
    func good(text: String) throws {
        #expect(try refusal(text) == nil)
    }

    @Test("Length counts scalars: 15 alone, 8 beside a second factor")
    func length() throws {
        #expect(try refusal("zkvqmwhptnrdxb") == "too_short")
        #expect(try refusal("zkvqmwhptnrdxbf") == nil)
        #expect(try refusal("zkvqmwh", hasSecondFactor: true) == "too_short")
        #expect(try refusal("zkvqmwhp", hasSecondFactor: true) == nil)
        // 15 scalars as they are typed, 14 once they are composed.
        #expect(try refusal("zkvqmwhptnrdxe\u{301}") == "too_short")
    }

    @Test(
        "Common passwords are refused, also with capitals, twice, or with digits and signs around them",
        arguments: [
            "passwordpassword", "PasswordPassword", "Password1234567", "sunshine2024!!!", "1111sunshine1111",
            "1qaz2wsx3edc4rfv",
            "qwerty123456789", "!!!!Liverpool99!", "manchesterunited",
        ])
    func common(text: String) throws {
        #expect(try refusal(text) == "too_common")
    }

    @Test(
        "Runs, repetitions, rows of keys and words of the context do not make a password",
        arguments: [
            "aaaaaaaaaaaaaaa", "123456789012345", "abcdefghijklmnop", "987654321987654", "abcabcabcabcabcabc",
            "qwertyuiopasdfgh",
            "poiuytrewqlkjhg", "zxcvbnmasdfghjkl", "!@#$%^&*()!@#$%", "nerdworknerdwork1", "nerdwork-comic-1",
            "ada.lovelace.ada",
            "lovelace1234567", "xyzxyzxyzxyzxyzxy", "ààààèèèèììììòòòòu!", "éééééééééééééééé", "1q2w3e4r5t6y7u8i9o",
            "ffffffgggggghhhhhh",
        ])
    func predictable(text: String) throws {
        let code = try refusal(text)
        #expect(code == "too_predictable" || code == "too_common")
    }

    @Test("Every line of the list is found, and nothing that is not in it")
    func list() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = folder.appending(path: "Sources/AuthService/Passwords/Resources/common-passwords.txt")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { Array($0.utf8) }
        let set = Set(lines)
        try #require(lines.count > 10_000 && set.count == lines.count)
        #expect(lines.allSatisfy { CommonPasswords.contain($0) })
        var chance = SeededRandom()
        for line in lines {
            var other = line
            switch Int.random(in: 0..<4, using: &chance) {
            case 0: other.removeLast()
            case 1: other.append(UInt8.random(in: 0x20...0x7E, using: &chance))
            case 2: other[Int.random(in: 0..<other.count, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
            default: other.removeFirst()
            }
            #expect(CommonPasswords.contain(other) == set.contains(other), "seed \(chance.seed)")
        }
        #expect(!CommonPasswords.contain([]))
    }

    private func refusal(_ text: String, hasSecondFactor: Bool = false) throws -> String? {
        let chosen = try password(text)
        do throws(Problem) {
            try PasswordPolicy().check(
                chosen, hasSecondFactor: hasSecondFactor, email: "ada.lovelace@example.org", at: "/password")
            return nil
        } catch {
            #expect(error.status == 422 && error.code == "weak_password" && error.errors.count == 1)
            #expect(error.errors.first?.pointer == "/password")
            return error.errors.first?.code
        }
    }
}
