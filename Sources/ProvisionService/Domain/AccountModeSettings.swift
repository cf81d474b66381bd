internal import Ledger

/// How the platform's own accounts are posted to: `treasury=lazy,fees=striped:16`.
struct AccountModeSettings: Sendable {
    /// In the order of the variable; an account that it does not name is left as it is.
    let modes: [(account: SystemAccount, mode: AccountMode)]

    static let variable = "LEDGER_ACCOUNT_MODES"
    static let maximumBytes = 1_024

    /// Reads `LEDGER_ACCOUNT_MODES`; no modes where it is empty or not set.
    ///
    /// Throws `ProvisionError.variable`, which names it and not its value.
    init(environment: (String) -> String?) throws(ProvisionError) {
        let text = environment(Self.variable) ?? ""
        guard text.utf8.count <= Self.maximumBytes else { throw Self.defect }
        var modes: [(account: SystemAccount, mode: AccountMode)] = []
        for pair in text.isEmpty ? [] : text.utf8.split(separator: 0x2C, omittingEmptySubsequences: false) {
            guard let equals = pair.firstIndex(of: 0x3D),
                let account = SystemAccount(rawValue: String(Substring(pair[..<equals]))),
                let mode = AccountMode(Substring(pair[pair.index(after: equals)...])),
                !modes.contains(where: { $0.account == account })
            else { throw Self.defect }
            modes.append((account, mode))
        }
        self.modes = modes
    }

    private static let defect = ProvisionError.variable(
        variable,
        "must be pairs such as treasury=lazy, separated by commas: an account of the platform, once, and strict, lazy or "
            + "striped:2 to striped:64")
}
