internal import Mail

/// The look: paper, ink and one yellow, as in a printed comic.
///
/// Inline, because some programs drop style sheets.
enum Styles {
    static let page: HTMLStyle = """
        margin:0;padding:0;background-color:#f4f0e6;font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif
        """
    static let preview: HTMLStyle = "display:none;max-height:0;overflow:hidden;mso-hide:all"
    static let margin: HTMLStyle = "padding:32px 20px 24px 14px"
    static let card: HTMLStyle = """
        max-width:600px;background-color:#ffffff;border:3px solid #15131a;border-collapse:separate;\
        box-shadow:6px 6px 0 #15131a
        """
    static let strip: HTMLStyle = "background-color:#ffd23f;border-bottom:3px solid #15131a;padding:14px 32px"
    static let wordmark: HTMLStyle = """
        color:#15131a;font-size:22px;line-height:28px;font-weight:900;letter-spacing:-0.5px;text-decoration:none
        """
    static let pad: HTMLStyle = "padding:28px 32px 32px"
    static let title: HTMLStyle = """
        margin:0 0 16px;color:#15131a;font-size:26px;line-height:32px;font-weight:800;word-break:break-word;\
        overflow-wrap:anywhere
        """
    static let heading: HTMLStyle = "margin:28px 0 8px;color:#15131a;font-size:18px;line-height:24px;font-weight:800"
    static let paragraph: HTMLStyle = "margin:0 0 16px;color:#15131a;font-size:16px;line-height:25px"
    static let small: HTMLStyle = "margin:0 0 20px;color:#57525f;font-size:13px;line-height:20px"
    static let link: HTMLStyle = "color:#2b35af;font-weight:700;text-decoration:underline"
    static let bareLink: HTMLStyle = "color:#2b35af;text-decoration:underline;word-break:break-all"
    static let buttonTable: HTMLStyle = "margin:24px 0 16px"
    static let buttonCell: HTMLStyle = "background-color:#2b35af;border:3px solid #15131a"
    static let button: HTMLStyle = """
        display:inline-block;padding:12px 24px;color:#ffffff;font-size:16px;line-height:22px;font-weight:800;\
        text-decoration:none
        """
    static let footer: HTMLStyle = """
        max-width:600px;margin:24px auto 0;color:#57525f;font-size:13px;line-height:20px;text-align:left
        """
}

/// Boxes, tables and charts.
extension Styles {
    static let noteTable: HTMLStyle = "margin:28px 0 0"
    static let note: HTMLStyle = "background-color:#fff6d6;border-left:6px solid #ffd23f;padding:14px 18px"
    static let noteTitle: HTMLStyle = "margin:0 0 4px;color:#15131a;font-size:15px;line-height:22px;font-weight:800"
    static let noteText: HTMLStyle = "margin:0;color:#15131a;font-size:15px;line-height:23px"
    static let facts: HTMLStyle = "margin:4px 0 20px;border-collapse:collapse"
    static let factName: HTMLStyle = """
        padding:9px 16px 9px 0;border-top:1px solid #d9d3c5;color:#57525f;font-size:14px;line-height:21px;\
        font-weight:400;text-align:left;vertical-align:top;width:34%
        """
    static let factValue: HTMLStyle = """
        padding:9px 0;border-top:1px solid #d9d3c5;color:#15131a;font-size:15px;line-height:21px;font-weight:700;\
        text-align:left;vertical-align:top;word-break:break-word;overflow-wrap:anywhere
        """
    static let columnHeading: HTMLStyle = """
        padding:8px 8px 8px 0;color:#57525f;font-size:13px;line-height:19px;font-weight:700;text-align:left
        """
    static let cell: HTMLStyle = """
        padding:8px 8px 8px 0;border-top:1px solid #d9d3c5;color:#15131a;font-size:14px;line-height:20px;\
        text-align:left;vertical-align:top;word-break:break-word;overflow-wrap:anywhere
        """
    static let numeric: HTMLStyle = "text-align:right;padding-right:0;padding-left:12px;white-space:nowrap"
    static let firstOfTexts: HTMLStyle = "width:45%"
    static let barLabel: HTMLStyle = """
        padding:3px 10px 3px 0;color:#57525f;font-size:13px;line-height:20px;font-weight:400;text-align:left;\
        white-space:nowrap
        """
    static let barTrack: HTMLStyle = "padding:3px 0;width:100%"
    static let barAmount: HTMLStyle = """
        padding:3px 0 3px 10px;color:#15131a;font-size:13px;line-height:20px;font-weight:700;text-align:right;\
        white-space:nowrap
        """
    static let barCount: HTMLStyle = """
        padding:3px 0 3px 12px;color:#57525f;font-size:13px;line-height:20px;text-align:right;white-space:nowrap
        """
    static let bar: HTMLStyle = "background-color:#2b35af;font-size:1px;line-height:14px;height:14px"
}

extension Styles {
    /// For programs that know style sheets: the dark look, and less padding on a telephone.
    static let sheet: HTML = """
        <style>
        :root { color-scheme: light dark; supported-color-schemes: light dark; }
        @media (prefers-color-scheme: dark) {
        .page { background-color: #121016 !important; }
        .card { background-color: #1d1a23 !important; border-color: #5d5569 !important; box-shadow: 6px 6px 0 #000000 !important; }
        .strip { border-color: #5d5569 !important; }
        .ink { color: #f5f1e6 !important; }
        .muted { color: #b9b2c4 !important; }
        .line { border-color: #3b3545 !important; }
        .link { color: #b3bcff !important; }
        .button { background-color: #ffd23f !important; border-color: #ffd23f !important; }
        .button-text { color: #15131a !important; }
        .note { background-color: #2b2633 !important; }
        .bar { background-color: #8f9bff !important; }
        }
        @media (max-width: 480px) {
        .strip, .pad { padding-left: 18px !important; padding-right: 18px !important; }
        .margin { padding-top: 16px !important; }
        }
        </style>
        """
}
