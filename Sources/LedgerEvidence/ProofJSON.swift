internal import Codecs
package import StrictJSON

extension Proof {
    /// The members of a proof's JSON, as `GET /wallet/proof` answers and `scripts/verify-proof` reads them.
    ///
    /// - Parameter anchored: whether the anchor is known to stand in its bucket
    package func write(_ json: inout JSONObjectWriter, anchored: Bool) {
        json.member("version", 1)
        json.member("balance", leaf.balance)
        json.member("leaf") { member in
            member.member("account", "\(leaf.account)")
            member.member("stripe", "\(leaf.stripe)")
            member.member("seq", "\(leaf.seq)")
            member.member("balance", "\(leaf.balance)")
            member.member("head", Hex.encode(leaf.head))
            member.member("position", "\(position)")
            member.member("hash", Hex.encode(leafHash))
        }
        json.array("path") { list in
            for step in path {
                list.object {
                    $0.member("side", step.side.rawValue)
                    $0.member("hash", Hex.encode(step.node.hash))
                    $0.member("sum", "\(step.node.sum)")
                }
            }
        }
        json.member("root") { record.write(&$0) }
        json.member("recordHash", Hex.encode(recordHash))
        json.member("anchor") { member in
            member.member("key", anchorKey)
            member.member("written", anchored)
        }
    }

    /// Reads a proof; whether it proves anything, `verify` says.
    ///
    /// Throws `JSONError` for what is no proof, or longer than one of the highest tree can be.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        let limits = JSONLimits(maximumBytes: 32_768, maximumDepth: 4, maximumValues: 1_024, maximumMembers: 16)
        let value = try JSONDocument(parsing: bytes, limits: limits).root
        try value.refuseUnknownMembers(except: [
            "version", "balance", "leaf", "path", "root", "recordHash", "anchor",
        ])
        _ = try value.member("version").integer(in: 1...1)
        let leaf = try value.member("leaf")
        let row = try Leaf(leaf)
        _ = try value.member("balance").integer(in: row.balance...row.balance)
        let anchor = try value.member("anchor")
        try anchor.refuseUnknownMembers(except: ["key", "written"])
        self.init(
            leaf: row, position: try leaf.member("position").number(in: 0...Int64.max),
            path: try Self.path(try value.member("path")), record: try RootRecord(try value.member("root")))
        leafHash = try leaf.member("hash").digest()
        recordHash = try value.member("recordHash").digest()
        anchorKey = try anchor.member("key").string(maximumBytes: 128)
    }

    private static func path(_ value: JSONValue) throws(JSONError) -> [PathStep] {
        var path: [PathStep] = []
        for step in try value.elements {
            guard path.count < TreeHeight.maximum else { throw value.error(.size) }
            try step.refuseUnknownMembers(except: ["side", "hash", "sum"])
            let name = try step.member("side")
            guard let side = PathStep.Side(rawValue: try name.string(maximumBytes: 5)) else { throw name.error(.range) }
            let node = TreeNode(
                hash: try step.member("hash").digest(),
                sum: try step.member("sum").number(in: Int128.min...Int128.max))
            path.append(PathStep(side: side, node: node))
        }
        return path
    }
}

extension Leaf {
    fileprivate init(_ value: JSONValue) throws(JSONError) {
        try value.refuseUnknownMembers(except: ["account", "stripe", "seq", "balance", "head", "position", "hash"])
        self.init(
            account: try value.member("account").number(in: 1...Int64.max),
            stripe: try value.member("stripe").number(in: 0...Int16.max),
            seq: try value.member("seq").number(in: 0...Int64.max),
            balance: try value.member("balance").number(in: Int64.min...Int64.max),
            head: try value.member("head").digest())
    }
}
