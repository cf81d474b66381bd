internal import Platform

/// Directories for servers that the tests start; the server takes its own away when it ends.
enum TemporaryDirectory {
    /// Where files are kept in memory, if there are 2 GiB of it; else `/tmp` (`statvfs`).
    static var memory: String {
        var status = statvfs()
        let isThere = unsafe statvfs("/dev/shm", &status) == 0
        return isThere && status.f_bavail * status.f_bsize > 2 << 30 ? "/dev/shm" : "/tmp"
    }

    /// A new one, which only this user can look into (`mkdtemp`).
    static func make(in parent: String = "/tmp") throws -> String {
        var template = Array("\(parent)/nerdwork-test-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw HarnessError("cannot make a directory in \(parent)") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
