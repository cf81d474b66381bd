/// The database roles that functions log in as; the migrations make them (`0001_roles.sql`, `0008_notification.sql` and
/// `0009_auth.sql`).
package enum ServiceRole: String, CaseIterable, Sendable {
    case loyalty = "nerdwork_loyalty"
    case wallet = "nerdwork_wallet"
    case ledgerAudit = "nerdwork_ledger_audit"
    case relay = "nerdwork_relay"
    case notification = "nerdwork_notification"
    case auth = "nerdwork_auth"

    /// The environment variable with the role's password.
    package var passwordVariable: String {
        switch self {
        case .loyalty: "LOYALTY_PASSWORD"
        case .wallet: "WALLET_PASSWORD"
        case .ledgerAudit: "LEDGER_AUDIT_PASSWORD"
        case .relay: "RELAY_PASSWORD"
        case .notification: "NOTIFICATION_PASSWORD"
        case .auth: "AUTH_PASSWORD"
        }
    }

    /// The environment variable with the ARN of the secret that holds the role's password.
    package var secretVariable: String {
        switch self {
        case .loyalty: "LOYALTY_LOGIN_SECRET_ARN"
        case .wallet: "WALLET_LOGIN_SECRET_ARN"
        case .ledgerAudit: "LEDGER_AUDIT_LOGIN_SECRET_ARN"
        case .relay: "RELAY_LOGIN_SECRET_ARN"
        case .notification: "NOTIFICATION_LOGIN_SECRET_ARN"
        case .auth: "AUTH_LOGIN_SECRET_ARN"
        }
    }
}
