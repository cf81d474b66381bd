internal import CLocalSystem
internal import Platform

/// Everything that `posix_spawn` wants to know.
///
/// The folder is the child's alone: the working directory of this process, which all its threads share, stays as it is.
struct Launch {
    let executable: String
    let arguments: [String]
    let environment: [String]
    /// The child's working directory.
    let folder: String
    /// Becomes standard output and standard error.
    let output: Int32

    func spawn() -> Result<pid_t, SystemCallError> {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
        unsafe nerdwork_spawn_in_folder(&actions, folder)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // The thread that calls may have signals blocked, and a child would inherit that: it could not be interrupted.
        var nothing = sigset_t()
        unsafe sigemptyset(&nothing)
        unsafe posix_spawnattr_setsigmask(&attributes, &nothing)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var identifier: pid_t = 0
        let error = unsafe Self.withCStrings(arguments) { arguments in
            unsafe Self.withCStrings(environment) { environment in
                unsafe posix_spawn(&identifier, executable, &actions, &attributes, arguments, environment)
            }
        }
        return error == 0 ? .success(identifier) : .failure(SystemCallError(number: error))
    }

    /// The texts as a NULL-terminated array of C strings, which lives as long as the call.
    private static func withCStrings<R>(
        _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
    ) -> R {
        var pointers: [UnsafeMutablePointer<CChar>?] = unsafe texts.map { unsafe strdup($0) } + [nil]
        defer { unsafe pointers.forEach { unsafe free($0) } }
        return unsafe pointers.withUnsafeMutableBufferPointer { unsafe body($0.baseAddress.unsafelyUnwrapped) }
    }
}
