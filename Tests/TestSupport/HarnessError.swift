/// The test harness cannot do its work; the sentence says what to do about it.
package struct HarnessError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
