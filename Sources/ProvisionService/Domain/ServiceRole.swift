/// The database roles that functions log in as; `Sources/Migrations/SQL/0001_roles.sql` makes them.
package enum ServiceRole: String, CaseIterable, Sendable {
    case loyalty = "nerdwork_loyalty"
    case ledgerAudit = "nerdwork_ledger_audit"

    /// The environment variable with the role's password.
    package var passwordVariable: String {
        switch self {
        case .loyalty: "LOYALTY_PASSWORD"
        case .ledgerAudit: "LEDGER_AUDIT_PASSWORD"
        }
    }
}
