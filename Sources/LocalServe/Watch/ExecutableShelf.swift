package import LocalPlatform
internal import Platform

/// Where functions' executables are started from.
///
/// Where they are built again while the stack is served, it is a folder of links: a process that starts while the linker
/// writes would find half a file.
package struct ExecutableShelf: Sendable {
    private let built: String
    private let kept: String?

    /// - Parameters:
    ///   - built: the folder that the build writes to.
    ///   - kept: a folder for the links; nil starts what is in the first one.
    package init(_ built: String, keptIn kept: String? = nil) throws(LocalError) {
        self.built = built
        self.kept = kept
        guard let kept else { return }
        try Files.makeFolder(kept)
        for name in Files.names(in: kept) { _ = unsafe unlink("\(kept)/\(name)") }
    }

    /// Path of a package's executable, whether it is there or not.
    package func path(of package: String) -> String {
        guard let kept else { return "\(built)/\(package)" }
        let path = "\(kept)/\(package)"
        if !Files.exists(path) { _ = try? renew(package) }
        return Files.exists(path) ? path : "\(built)/\(package)"
    }

    /// Takes over what was built; false where it is what was there before.
    func renew(_ package: String) throws(LocalError) -> Bool {
        guard let kept else { return false }
        let (source, path) = ("\(built)/\(package)", "\(kept)/\(package)")
        guard Files.isExecutable(source) else {
            throw LocalError(.unavailable, "\(package) is not built; run: swift build --product \(package)")
        }
        guard Files.changed(source) != Files.changed(path) else { return false }
        let draft = "\(path).new"
        _ = unsafe unlink(draft)
        guard unsafe link(source, draft) == 0, unsafe rename(draft, path) == 0 else {
            throw LocalError(.cannotCreate, "Cannot link \(path) to what was built.")
        }
        return true
    }
}
