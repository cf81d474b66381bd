internal import Platform

/// How many descriptors this process may have.
package enum OpenFiles {
    /// What a stack of some forty processes and a thousand clients needs.
    private static let wanted: rlim_t = 8_192

    /// Raises the limit as far as the system allows (`setrlimit`).
    package static func allowMany() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = max(limit.rlim_cur, min(limit.rlim_max, wanted))
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
