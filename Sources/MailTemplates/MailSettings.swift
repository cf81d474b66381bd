package import Mail

/// What every mail needs to know about where it is sent from.
package struct MailSettings: Sendable {
    /// The site that links lead to.
    package let site: BaseURL
    /// The HTTP API, for the one-click address of mail that may be unsubscribed from.
    package let api: BaseURL

    package init(site: BaseURL, api: BaseURL) {
        self.site = site
        self.api = api
    }

    /// Nil where either URL is not one that mail may point to (`BaseURL`).
    package init?(siteURL: String, apiURL: String) {
        guard let site = BaseURL(siteURL), let api = BaseURL(apiURL) else { return nil }
        self.init(site: site, api: api)
    }
}
