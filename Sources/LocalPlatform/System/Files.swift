package import Platform

/// Whole files and folders.
package enum Files {
    /// The bytes of a file, or of standard input for `-`; at most 16 MiB.
    package static func read(_ path: String) throws(LocalError) -> [UInt8] {
        let file: FileDescriptor
        switch path == "-" ? FileDescriptor.standardInput() : FileDescriptor.opening(path, O_RDONLY) {
        case .success(let opened): file = opened
        case .failure(let error):
            throw LocalError(.noInput, "Cannot read \(path): \(error.text).")
        }
        var bytes: [UInt8] = []
        while bytes.count <= 16 << 20 {
            guard let part = file.read() else {
                throw LocalError(.noInput, "Cannot read \(path): \(SystemCallError.current.text).")
            }
            if part.isEmpty { return bytes }
            bytes += part
        }
        throw LocalError(.data, "\(path) is larger than 16 MiB.")
    }

    /// Replaces a file's content; only its owner may read it.
    package static func write(_ text: String, to path: String) throws(LocalError) {
        let bytes = Array(text.utf8)
        guard case .success(let file) = FileDescriptor.opening(path, O_WRONLY | O_CREAT | O_TRUNC),
            unsafe bytes.withUnsafeBytes({ unsafe Platform.write(file.number, $0.baseAddress, $0.count) })
                == bytes.count
        else { throw LocalError(.cannotCreate, "Cannot write \(path): \(SystemCallError.current.text).") }
    }

    /// Replaces a file's content whole (`rename`): a reader sees the old one or the new one; only its owner may read it.
    package static func replace(_ path: String, with bytes: [UInt8]) throws(LocalError) {
        let draft = "\(path).\(getpid()).new"
        _ = unsafe unlink(draft)
        try create(draft, with: bytes)
        guard unsafe rename(draft, path) == 0 else {
            let reason = SystemCallError.current.text
            _ = unsafe unlink(draft)
            throw LocalError(.cannotCreate, "Cannot write \(path): \(reason).")
        }
    }

    /// Makes a file that does not exist yet; only its owner may read it.
    package static func create(_ path: String, with bytes: [UInt8]) throws(LocalError) {
        switch FileDescriptor.opening(path, O_WRONLY | O_CREAT | O_EXCL) {
        case .success(let file):
            guard file.write(bytes) else {
                let reason = SystemCallError.current.text
                // Half of it would take the place of the whole.
                _ = unsafe unlink(path)
                throw LocalError(.cannotCreate, "Cannot write \(path): \(reason).")
            }
        case .failure(let error): throw LocalError(.cannotCreate, "Cannot write \(path): \(error.text).")
        }
    }

    /// Makes a file that does not exist yet, whole or not at all (`link`); only its owner may read it.
    ///
    /// Somebody who is killed half-way leaves a draft, and nothing under the path.
    ///
    /// - Parameters:
    ///   - drafts: a folder of the same file system, beside what is read as files of the path's kind
    /// - Returns: false when the path exists
    package static func createWhole(
        _ path: String, with bytes: [UInt8], drafts: String
    ) throws(LocalError) -> Bool {
        let draft = "\(drafts)/\(getpid()).draft"
        _ = unsafe unlink(draft)
        try create(draft, with: bytes)
        defer { _ = unsafe unlink(draft) }
        if unsafe link(draft, path) == 0 { return true }
        guard errno == EEXIST else {
            throw LocalError(.cannotCreate, "Cannot write \(path): \(SystemCallError.current.text).")
        }
        return false
    }

    /// Makes a folder, and those above it, that only its owner may enter; one that exists is left as it is.
    package static func makeFolder(_ path: String, mode: mode_t = 0o700) throws(LocalError) {
        if isFolder(path) { return }
        let parent = Self.parent(of: path)
        if !isFolder(parent) { try makeFolder(parent, mode: 0o755) }
        guard unsafe mkdir(path, mode) == 0 || isFolder(path) else {
            throw LocalError(.cannotCreate, "Cannot make the folder \(path): \(SystemCallError.current.text).")
        }
    }

    package static func exists(_ path: String) -> Bool {
        unsafe access(path, F_OK) == 0
    }

    package static func isExecutable(_ path: String) -> Bool {
        unsafe access(path, X_OK) == 0 && !isFolder(path)
    }

    package static func isFolder(_ path: String) -> Bool {
        guard let status = status(of: path) else { return false }
        return status.st_mode & S_IFMT == S_IFDIR
    }

    /// What the file system knows of a path, symbolic links not followed (`lstat`); nil when there is nothing.
    static func status(of path: String) -> stat? {
        var status = stat()
        return unsafe lstat(path, &status) == 0 ? status : nil
    }

    /// When the content changed, in nanoseconds since 1970; 0 when there is nothing.
    package static func changed(_ path: String) -> Int64 {
        guard let status = status(of: path) else { return 0 }
        return Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
    }

    /// When something inside a folder, or the file itself, changed last.
    package static func newestChange(below path: String) -> Int64 {
        guard isFolder(path) else { return changed(path) }
        return names(in: path).reduce(changed(path)) { max($0, newestChange(below: "\(path)/\($1)")) }
    }

    /// The folder that holds the path.
    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The path without links and dots (`realpath`); nil when it does not exist.
    package static func resolved(_ path: String) -> String? {
        guard let resolved = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(resolved) }
        return unsafe String(cString: resolved)
    }

    /// Names of what is in a folder, sorted; empty when it cannot be read.
    package static func names(in folder: String) -> [String] {
        guard let stream = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
