/// The number PostgreSQL gives a data type (`src/include/catalog/pg_type.dat`); these never change between versions.
package struct PostgresType: Hashable, Sendable {
    /// The object identifier as it travels on the wire.
    package let identifier: UInt32

    package init(identifier: UInt32) {
        self.identifier = identifier
    }

    package static let bool = PostgresType(identifier: 16)
    package static let bytea = PostgresType(identifier: 17)
    package static let name = PostgresType(identifier: 19)
    package static let int8 = PostgresType(identifier: 20)
    package static let int2 = PostgresType(identifier: 21)
    package static let int4 = PostgresType(identifier: 23)
    package static let text = PostgresType(identifier: 25)
    package static let oid = PostgresType(identifier: 26)
    package static let json = PostgresType(identifier: 114)
    package static let float4 = PostgresType(identifier: 700)
    package static let float8 = PostgresType(identifier: 701)
    package static let unknown = PostgresType(identifier: 705)
    package static let bpchar = PostgresType(identifier: 1042)
    package static let varchar = PostgresType(identifier: 1043)
    package static let date = PostgresType(identifier: 1082)
    package static let timestamptz = PostgresType(identifier: 1184)
    package static let numeric = PostgresType(identifier: 1700)
    package static let uuid = PostgresType(identifier: 2950)
    package static let jsonb = PostgresType(identifier: 3802)

    package static let boolArray = PostgresType(identifier: 1000)
    package static let byteaArray = PostgresType(identifier: 1001)
    package static let int2Array = PostgresType(identifier: 1005)
    package static let int4Array = PostgresType(identifier: 1007)
    package static let textArray = PostgresType(identifier: 1009)
    package static let int8Array = PostgresType(identifier: 1016)
    package static let float8Array = PostgresType(identifier: 1022)
    package static let dateArray = PostgresType(identifier: 1182)
    package static let timestamptzArray = PostgresType(identifier: 1185)
    package static let uuidArray = PostgresType(identifier: 2951)

    /// Types that a database defines for itself (enumerations, extensions) begin here (`FirstNormalObjectId`).
    package var isUserDefined: Bool {
        identifier >= 16_384
    }
}
