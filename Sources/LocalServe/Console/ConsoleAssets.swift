internal import LocalRuntimeAPI

/// The files of the pages, which are part of this program.
enum ConsoleAssets {
    static func answer(_ path: ArraySlice<String>) -> Answer {
        guard path.count == 1, let name = path.first, let bytes = files[name] else {
            return .refusal(404, "There is nothing here.")
        }
        return .file(bytes, type: type(of: name))
    }

    private static func type(of name: String) -> String {
        if name.hasSuffix(".css") { return "text/css; charset=utf-8" }
        return name.hasSuffix(".svg") ? "image/svg+xml" : "text/javascript; charset=utf-8"
    }

    /// A test compares it with the folder.
    static let files: [String: [UInt8]] = [
        "access.js": PackageResources.access_js,
        "account.js": PackageResources.account_js,
        "api.js": PackageResources.api_js,
        "base.css": PackageResources.base_css,
        "chart.js": PackageResources.chart_js,
        "comics.js": PackageResources.comics_js,
        "console.css": PackageResources.console_css,
        "console.js": PackageResources.console_js,
        "detail.js": PackageResources.detail_js,
        "dom.js": PackageResources.dom_js,
        "format.js": PackageResources.format_js,
        "icon.svg": PackageResources.icon_svg,
        "journal.js": PackageResources.journal_js,
        "ledger.js": PackageResources.ledger_js,
        "letters.js": PackageResources.letters_js,
        "list.js": PackageResources.list_js,
        "live.js": PackageResources.live_js,
        "log.js": PackageResources.log_js,
        "mail.js": PackageResources.mail_js,
        "password.js": PackageResources.password_js,
        "reader.css": PackageResources.reader_css,
        "reader.js": PackageResources.reader_js,
        "rows.js": PackageResources.rows_js,
        "schedules.js": PackageResources.schedules_js,
        "session.js": PackageResources.session_js,
        "shelf.js": PackageResources.shelf_js,
        "tiles.js": PackageResources.tiles_js,
        "views.css": PackageResources.views_css,
        "wallet.js": PackageResources.wallet_js,
    ]
}
