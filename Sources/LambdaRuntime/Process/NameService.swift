internal import CLambdaRuntime
internal import Platform

/// How the process looks names up.
enum NameService {
    /// Files and DNS only, and no longer than a second for each try: libcurl's own limit does not cover the resolver.
    static func configure() {
        nerdwork_configure_name_service()
        unsafe setenv("RES_OPTIONS", "timeout:1 attempts:2", 0)
    }
}
