import Codecs
import PostgresClient
import TestSupport

@testable import AuthService

/// Many sessions in one round trip, step by step as the service would do it: use, and end what was used twice.
struct RefreshDatabase {
    let stage: AuthStage
    private let connection: PostgresConnection

    struct Step {
        let session: Int
        let operation: RefreshModel.Operation
        let time: Int64
    }

    init(_ stage: AuthStage) throws {
        self.stage = stage
        connection = try stage.database.connect()
        try connection.transaction { try $0.executeScript(Self.functions) }
    }

    private static let functions = """
        create schema model;
        create function model.id(p_number bigint) returns uuid language sql immutable
        return lpad(to_hex(p_number), 32, '0')::uuid;

        create function model.begin(p_first bigint, p_count bigint, p_now timestamptz) returns bigint language plpgsql as $$
        begin
            insert into auth.users (user_id, email_canonical, email_display, email_verified_at, created_at, updated_at)
            select model.id(n), n || '@example.com', n || '@example.com', p_now, p_now, p_now
              from generate_series(p_first, p_first + p_count - 1) n;
            perform s.* from generate_series(p_first, p_first + p_count - 1) n, lateral auth.open_session(model.id(n), model.id(n), '\\x00',
                1::smallint, 'aal1', array['pwd'], 'web', null, null, null, p_now) s;
            return p_count;
        end $$;

        create function model.apply(p_operation smallint, p_session bigint, p_counter bigint, p_now timestamptz)
        returns text language plpgsql as $$
        declare
            v_id uuid := model.id(p_session);
            v_outcome text;
        begin
            case p_operation
            when 0 then
                select r.outcome into v_outcome
                  from auth.refresh_session(v_id, p_counter, int8send(p_session), p_now) r;
                if v_outcome = 'reused' then
                    perform auth.revoke_reused(v_id, p_counter, p_now);
                end if;
            when 1 then perform auth.end_session(v_id, null, null, p_now);
            when 2 then update auth.users set status = 'suspended' where user_id = v_id;
            when 3 then update auth.users set status = 'active' where user_id = v_id;
            when 4 then update auth.users set role = 'admin' where user_id = v_id;
            when 5 then update auth.users set role = 'reader' where user_id = v_id;
            end case;
            return coalesce(v_outcome, '');
        end $$;
        """

    /// Opens that many sessions with numbers from `first` on, each of a user of its own.
    func begin(_ count: Int, from first: Int = 1, at time: Int64) throws {
        _ = try connection.query("select model.begin(\(first), \(count), \(Timestamp(millisecondsSince1970: time)))")
    }

    /// Runs the steps in their order; what each came to, empty for one that has no outcome.
    func run(_ steps: [Step]) throws -> [String] {
        let operations = steps.map(\.operation.number)
        let sessions = steps.map { Int64($0.session) }
        let counters = steps.map(\.operation.counter)
        let times = steps.map { Timestamp(millisecondsSince1970: $0.time) }
        let rows = try connection.query(
            """
            select array_agg(model.apply(s.operation, s.session, s.counter, s.time) order by s.place) as outcomes
              from unnest(\(operations), \(sessions), \(counters), \(times)) with ordinality
                as s (operation, session, counter, time, place)
            """)
        return try rows.only().decode("outcomes")
    }
}
