internal import Platform

/// Directories for servers that the tests start; the server takes its own away when it ends.
enum TemporaryDirectory {
    /// A new one, which only this user can look into (`mkdtemp`).
    static func make() throws -> String {
        var template = Array("/tmp/nerdwork-test-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw HarnessError("cannot make a directory in /tmp") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
