import PostgresClient
import TestSupport

/// Our functions and tables as a migrated database has them.
struct DeclaredSchema {
    /// A privilege on a table, or on a column of it.
    struct TablePrivilege: Hashable, CustomStringConvertible {
        let table: String
        let privilege: String
        var description: String { "\(privilege) \(table)" }

        /// Whether statements do with the table what it is for.
        func isUsed(by text: String) -> Bool {
            let name = "\(table)(?![a-z_0-9])"
            let pattern: String
            switch privilege {
            case "SELECT": pattern = name
            case "INSERT": pattern = "insert into \(name)"
            case "UPDATE": pattern = "update \(name)|insert into \(name)[^\";]*do update"
            case "DELETE": pattern = "delete from \(name)"
            default: return false
            }
            return (try? Regex(pattern).firstMatch(in: text)) != nil
        }
    }

    private struct Function {
        let name: String
        /// Runs with its owner's rights: what it calls is the owner's affair.
        let runsAsOwner: Bool
        let isReadOnly: Bool
        let text: String
    }

    private let connection: PostgresConnection
    private let declared: [String: [Function]]

    init(_ connection: PostgresConnection) throws {
        self.connection = connection
        // What an aggregate does is what its steps do, whose right to be called is its owner's.
        let rows = try connection.query(
            """
            select n.nspname || '.' || p.proname as name, b.prosecdef as runs_as_owner, p.provolatile <> 'v' as read_only,
                   pg_get_functiondef(b.oid) as text
              from pg_proc p
              join pg_namespace n on n.oid = p.pronamespace and n.nspowner = 'nerdwork_owner'::regrole
              left join pg_aggregate a on a.aggfnoid = p.oid
              join pg_proc b on b.oid = coalesce(a.aggtransfn::oid, p.oid)
            """)
        let functions = try rows.map {
            Function(
                name: try $0.decode("name"), runsAsOwner: try $0.decode("runs_as_owner"),
                isReadOnly: try $0.decode("read_only"), text: try $0.decode("text"))
        }
        declared = Dictionary(grouping: functions, by: \.name)
    }

    var readOnlyFunctions: Set<String> {
        Set(declared.filter { $0.value.allSatisfy(\.isReadOnly) }.keys)
    }

    /// The functions that statements call with the rights of whoever makes them, and all the text that runs with these.
    func reached(from statements: String) -> (functions: Set<String>, text: String) {
        var found: Set<String> = []
        var text = statements
        var waiting = named(in: statements[...])
        while let name = waiting.popFirst() {
            guard found.insert(name).inserted else { continue }
            for function in declared[name] ?? [] where !function.runsAsOwner {
                let body = function.text.drop { $0 != "\n" }
                text += body
                waiting.formUnion(named(in: body))
            }
        }
        return (found, text)
    }

    private func named(in text: Substring) -> Set<String> {
        Set(text.matches(of: /[a-z_]+\.[a-z_0-9]+/).map { String($0.output) }.filter { declared[$0] != nil })
    }

    func functions(grantedTo role: String) throws -> Set<String> {
        Set(
            try connection.query(
                """
                select distinct n.nspname || '.' || p.proname as name
                  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                 where n.nspowner = 'nerdwork_owner'::regrole and has_function_privilege(\(role), p.oid, 'EXECUTE')
                """
            ).map { try $0.decode("name", as: String.self) })
    }

    func tables(grantedTo role: String) throws -> [TablePrivilege] {
        try connection.query(
            """
            select c.oid::regclass::text as name, p.privilege
              from pg_class c
              join pg_namespace n on n.oid = c.relnamespace and n.nspowner = 'nerdwork_owner'::regrole
             cross join (values ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('REFERENCES'), ('TRIGGER'))
                   p(privilege)
             where c.relkind in ('r', 'p', 'v')
               and (has_table_privilege(\(role), c.oid, p.privilege)
                    or (p.privilege in ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
                        and has_any_column_privilege(\(role), c.oid, p.privilege)))
             order by 1, 2
            """
        ).map { TablePrivilege(table: try $0.decode("name"), privilege: try $0.decode("privilege")) }
    }
}
