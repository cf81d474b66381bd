import PostgresClient

/// Everything that the auth service holds about its caller, for the person themselves.
///
/// Not what only secures it and tells them nothing: hashes, seeds, salts. The caller has been let in by `Entry`.
enum ExportStore {
    /// The newest entries of the log that are exported; more would not fit into an answer of Lambda (6 MiB).
    static let maximumEntries = 10_000

    /// One row, whose column `document` is an object.
    static let document: SQL = """
        select json_build_object('profile', (\(raw: profile)), 'sessions', (\(raw: sessions)),
            'devices', (\(raw: devices)), 'second_factor', (\(raw: factor)), 'recovery_codes', (\(raw: codes)),
            'mails', (\(raw: mails)), 'audit_log', (\(raw: log))) as document
        """

    private static let profile = """
        select json_build_object('id', user_id, 'email', email_display,
            'email_verified_at', auth.rfc3339(email_verified_at), 'display_name', display_name, 'locale', locale,
            'role', role, 'status', status, 'password_changed_at', auth.rfc3339(password_changed_at),
            'version', version, 'created_at', auth.rfc3339(created_at), 'updated_at', auth.rfc3339(updated_at))
        from auth.users where user_id = auth.current_user_id()
        """

    private static let sessions = """
        select coalesce(json_agg(json_build_object('id', session_id, 'acr', acr, 'amr', amr,
            'authenticated_at', auth.rfc3339(authenticated_at), 'client', client, 'device', device_label,
            'ip_prefix', address_prefix, 'user_agent', user_agent, 'created_at', auth.rfc3339(created_at),
            'last_seen_at', auth.rfc3339(last_seen_at), 'expires_at', auth.rfc3339(expires_at),
            'revoked_at', auth.rfc3339(revoked_at), 'revoke_reason', revoke_reason) order by created_at, session_id), '[]')
        from auth.sessions where user_id = auth.current_user_id()
        """

    private static let devices = """
        select coalesce(json_agg(json_build_object('id', device_id, 'created_at', auth.rfc3339(created_at),
            'last_used_at', auth.rfc3339(last_used_at), 'expires_at', auth.rfc3339(expires_at))
            order by created_at, device_id), '[]')
        from auth.trusted_devices where user_id = auth.current_user_id()
        """

    private static let factor = """
        select json_build_object('type', 'totp', 'created_at', auth.rfc3339(created_at),
            'confirmed_at', auth.rfc3339(confirmed_at))
        from auth.totp_factors where user_id = auth.current_user_id()
        """

    private static let codes = """
        select json_build_object('left', count(*) filter (where used_at is null), 'used_at',
            coalesce(json_agg(auth.rfc3339(used_at) order by used_at) filter (where used_at is not null), '[]'))
        from auth.recovery_codes where user_id = auth.current_user_id()
        """

    private static let mails = """
        select coalesce(json_agg(json_build_object('purpose', purpose, 'new_email', bound_email_display,
            'created_at', auth.rfc3339(created_at), 'expires_at', auth.rfc3339(expires_at),
            'used_at', auth.rfc3339(used_at)) order by created_at), '[]')
        from auth.mail_tokens where user_id = auth.current_user_id()
        """

    private static let log = """
        select coalesce(json_agg(json_build_object('at', auth.rfc3339(occurred_at), 'event', event,
            'outcome', outcome, 'by_me', actor_id = user_id, 'ip_prefix', address_prefix, 'request_id', request_id,
            'detail', detail) order by audit_id), '[]')
        from (
            select * from auth.audit_log where user_id = auth.current_user_id()
            order by audit_id desc limit \(maximumEntries)
        ) as newest
        """
}
