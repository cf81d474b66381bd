import Codecs
import LambdaEvents

extension APIRequest {
    /// Whether the client is an application that keeps its tokens itself: `X-NW-Client: native`.
    ///
    /// No page can send the field to us from another origin without asking first (Fetch, CORS-preflight request).
    package var isNativeClient: Bool {
        header("x-nw-client")?.utf8.elementsEqual("native".utf8) ?? false
    }

    /// Refuses what a foreign page could have made a browser send along with our cookies.
    ///
    /// Demanded are `X-NW-CSRF: 1`, one of the origins, byte for byte, and the type `application/json`; none of them can
    /// a form or a script of another site bring about (OWASP Cross-Site Request Forgery Prevention Cheat Sheet).
    ///
    /// - Throws: `Problem.crossSiteRefused` (403 `csrf_rejected`).
    package func requireBrowserProtection(origins: [String]) throws(Problem) {
        guard header("x-nw-csrf")?.utf8.elementsEqual("1".utf8) == true,
            let origin = header("origin"), origins.contains(where: { $0.utf8.elementsEqual(origin.utf8) }),
            MediaType.isJSON(header("content-type"))
        else { throw .crossSiteRefused }
    }
}
