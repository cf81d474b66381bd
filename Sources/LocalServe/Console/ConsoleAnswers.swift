internal import LocalRuntimeAPI
internal import StrictJSON

/// The console's answers, all with the same protection.
extension Answer {
    /// Only this origin's own files, no script in the page, and nobody may frame it.
    ///
    /// Trusted Types: a script that would read HTML out of a text is stopped by the browser.
    private static let pagePolicy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
        "frame-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ].joined(separator: "; ")

    /// A mail: its own styles and the pictures in it; no script, no form, and no origin, wherever it is opened.
    ///
    /// Its links open tabs.
    private static let mailPolicy = [
        "default-src 'none'", "style-src 'unsafe-inline'", "img-src data:", "base-uri 'none'", "form-action 'none'",
        "frame-ancestors 'self'", "sandbox allow-popups allow-popups-to-escape-sandbox",
    ].joined(separator: "; ")

    static func page(_ bytes: [UInt8]) -> Answer {
        protected(200, "text/html; charset=utf-8", bytes, policy: pagePolicy, framing: "DENY")
    }

    static func file(_ bytes: [UInt8], type: String) -> Answer {
        protected(200, type, bytes, policy: pagePolicy, framing: "DENY")
    }

    static func mail(_ bytes: [UInt8]) -> Answer {
        protected(200, "text/html; charset=utf-8", bytes, policy: mailPolicy, framing: "SAMEORIGIN")
    }

    static func object<E: Error>(_ body: (inout JSONObjectWriter) throws(E) -> Void) throws(E) -> Answer {
        let bytes = try JSONWriter.object(reserving: 4_096, body).bytes
        return protected(200, "application/json", bytes, policy: pagePolicy, framing: "DENY")
    }

    /// - Parameter words: one sentence for people
    static func refusal(_ status: Int, _ words: String, allow: String? = nil) -> Answer {
        let bytes = JSONWriter.object { $0.member("error", words) }.bytes
        var answer = protected(status, "application/json", bytes, policy: pagePolicy, framing: "DENY")
        if let allow { answer.headers.append(("Allow", allow)) }
        return answer
    }

    private static func protected(
        _ status: Int, _ type: String, _ body: [UInt8], policy: String, framing: String
    ) -> Answer {
        Answer(
            status: status,
            headers: [
                ("Content-Type", type), ("Cache-Control", "no-store"), ("Content-Security-Policy", policy),
                ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", framing),
                ("Referrer-Policy", "no-referrer"), ("Cross-Origin-Resource-Policy", "same-origin"),
                ("Cross-Origin-Opener-Policy", "same-origin"),
            ], body: body)
    }
}
