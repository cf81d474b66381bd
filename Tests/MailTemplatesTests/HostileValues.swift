import Codecs
import Mail
import MailTemplates

/// Attack list F, 62: what a person may have typed as a name, and what a device may call itself.
enum HostileValues {
    static let harmless = "Ada Obi"

    static let all: [String] = [
        "<img src=x onerror=alert(1)>", "</td></tr></table><script>alert(1)</script>", "a & b &lt;b&gt; &#60;i&#62;",
        "\"quoted\" 'single' `back` onmouseover=\"x\"", "{{7*7}} {{constructor}}", "${7*7} #{7*7} <%= 7*7 %>",
        "Ada%0d%0aBcc: all@evil.example", "Ada\r\nBcc: all@evil.example\r\n\r\nHello", "Ada\nSubject: x", "Ada\0Obi",
        "\u{202E}moc.live\u{202C} Ada", "a\u{2066}b\u{2069}c\u{200B}d\u{FEFF}e",
        "a" + String(repeating: "\u{0301}", count: 10_000), "http://evil.example/login", "https:evil.example",
        "www.evil.ng", "evil\u{3002}com", "evil\u{FF0E}com\u{FF61}ng", "pay@evil.example", "tel:+2348012345678",
        "javascript:alert(1)", "<!-- -->", "<![CDATA[x]]>", "--=_nerdwork_alternative--", "=_nerdwork_alternative",
        "=?utf-8?B?RXZpbA==?=", "style=\"background:url(https://evil.example/x.png)\"", "\u{2028}line\u{2029}s",
        String(repeating: "x", count: 5_000), "😀👨‍👩‍👧‍👦 Ádá Ọbí", "שלום عليكم",
    ]

    /// Every mail that shows a person's or another system's text, filled with it.
    static func mails(_ hostile: String) -> [MailTemplate] {
        guard let text = UserText(hostile) else { return [] }
        let now = Timestamp(millisecondsSince1970: 1_795_252_080_000)
        return [
            .welcome(WelcomeMail(name: text)), .newDevice(NewDeviceMail(device: text, place: text, occurredAt: now)),
            .ledgerAuditFailed(
                LedgerAuditFailedMail(
                    findings: [.init(code: text, count: Quantity(1))],
                    examples: [.init(code: text, accounts: [1, -2], transaction: nil, detail: text)],
                    unfinished: [.init(check: text, reason: text)], accounts: Quantity(1), entries: Quantity(1),
                    transactions: Quantity(1), occurredAt: now)),
            .weeklyDigest(
                WeeklyDigestMail(
                    week: 1, supply: Quantity(1), rewardsPerDay: [],
                    topAccounts: [.init(account: text, balance: Quantity(1))])),
        ]
    }
}
