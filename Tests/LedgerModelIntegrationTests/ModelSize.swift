import Platform

/// How much the tests of this target do.
enum ModelSize {
    /// 1, or what `NERDWORK_MODEL_FACTOR` says: a night's run takes 50.
    static let factor: Int = unsafe getenv("NERDWORK_MODEL_FACTOR").flatMap { unsafe Int(String(cString: $0)) } ?? 1
}
