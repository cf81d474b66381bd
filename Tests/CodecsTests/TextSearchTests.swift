import Testing

@testable import Codecs

@Suite("Text in a text")
struct TextSearchTests {
    @Test(
        "is found at the beginning, in the middle and at the end",
        arguments: ["tuple concurrently updated", "tuple", "updated", "concurrently", " ", ""])
    func found(text: String) {
        #expect("tuple concurrently updated".containsText(text))
    }

    @Test(
        "is not found when a byte differs or it is longer",
        arguments: ["Tuple", "updatedx", "tuple concurrently updated!", "tuplec"])
    func absent(text: String) {
        #expect(!"tuple concurrently updated".containsText(text))
    }

    @Test("is found after its beginning has failed once, and in no empty text")
    func overlapping() {
        #expect("aab".containsText("ab"))
        #expect(!"".containsText("a"))
    }
}
