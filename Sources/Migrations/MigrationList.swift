extension Migration {
    /// All migrations in their order.
    ///
    /// A new file in `SQL` gets its line here; a test compares the two.
    ///
    /// The compiler embeds the files; its constants lose the first digit of a name, since a name cannot begin with one.
    package static let all: [Migration] = [
        Migration(number: 1, name: "roles", sql: PackageResources._001_roles_sql),
        Migration(number: 2, name: "outbox", sql: PackageResources._002_outbox_sql),
        Migration(number: 3, name: "ledger", sql: PackageResources._003_ledger_sql),
        Migration(number: 4, name: "ledger_posting", sql: PackageResources._004_ledger_posting_sql),
        Migration(number: 5, name: "ledger_audit", sql: PackageResources._005_ledger_audit_sql),
        Migration(number: 6, name: "loyalty", sql: PackageResources._006_loyalty_sql),
        Migration(number: 7, name: "outbox_publishing", sql: PackageResources._007_outbox_publishing_sql),
        Migration(number: 8, name: "notification", sql: PackageResources._008_notification_sql),
        Migration(number: 9, name: "auth", sql: PackageResources._009_auth_sql),
        Migration(number: 10, name: "auth_sign_in", sql: PackageResources._010_auth_sign_in_sql),
        Migration(number: 11, name: "auth_sign_up", sql: PackageResources._011_auth_sign_up_sql),
        Migration(number: 12, name: "auth_account", sql: PackageResources._012_auth_account_sql),
        Migration(number: 13, name: "ledger_scale", sql: PackageResources._013_ledger_scale_sql),
        Migration(number: 14, name: "ledger_holds", sql: PackageResources._014_ledger_holds_sql),
        Migration(number: 15, name: "ledger_audit_runs", sql: PackageResources._015_ledger_audit_runs_sql),
        Migration(number: 16, name: "ledger_evidence", sql: PackageResources._016_ledger_evidence_sql),
        Migration(number: 17, name: "loyalty_signals", sql: PackageResources._017_loyalty_signals_sql),
        Migration(number: 18, name: "wallet", sql: PackageResources._018_wallet_sql),
        Migration(number: 19, name: "ledger_balanced", sql: PackageResources._019_ledger_balanced_sql),
        Migration(number: 20, name: "wallet_sessions", sql: PackageResources._020_wallet_sessions_sql),
        Migration(number: 21, name: "auth_seeds", sql: PackageResources._021_auth_seeds_sql),
        Migration(number: 22, name: "auth_short_passwords", sql: PackageResources._022_auth_short_passwords_sql),
        Migration(number: 23, name: "wallet_rights_and_plans", sql: PackageResources._023_wallet_rights_and_plans_sql),
        Migration(number: 24, name: "mail", sql: PackageResources._024_mail_sql),
        Migration(number: 25, name: "auth_races", sql: PackageResources._025_auth_races_sql),
    ]
}
