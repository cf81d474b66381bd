import Codecs
import LambdaEvents
import LambdaRuntime
import Ledger
import PostgresClient
import ServiceKit
import StrictJSON

extension WalletService {
    func addReading(to dispatcher: inout EventDispatcher) {
        dispatcher.get("/wallet") { [self] request, context in try overview(request, context) }
        dispatcher.get("/wallet/statement") { [self] request, context in try statement(request, context) }
    }

    /// `GET /wallet`: what the caller holds.
    private func overview(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let caller = try caller(request, context)
        let overview = try database.unitOfWork(deadline: context.deadline, idempotent: true) { connection in
            try OverviewStore.decode(connection.query(OverviewStore.overview(of: caller.userID)).only())
        }
        return APIResponse.json { $0.overview(overview, of: caller.userID) }
    }

    /// `GET /wallet/statement?from=&to=&limit=&cursor=`: the caller's movements, newest first, as JSON or CSV.
    private func statement(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let caller = try caller(request, context)
        let period = try period(request)
        let page = try request.page(standard: 50, maximum: 200)
        let before = try page.cursor.map { try position($0) }
        let select = StatementStore.page(of: caller.userID, in: period, before: before, limit: page.limit + 1)
        let statement = try database.unitOfWork(deadline: context.deadline, idempotent: true) { connection in
            try StatementStore.decode(connection.query(select), limit: page.limit)
        }
        var response =
            switch StatementFormat(accept: request.header("accept")) {
            case .json: APIResponse.json { $0.statement(statement) }
            case .csv: csv(statement)
            }
        response.headers.append("vary", "accept")
        return response
    }

    private func period(_ request: APIRequest) throws -> Period {
        let wanted = "must be a day or a moment of RFC 3339"
        var period = Period()
        if let text = try request.query("from") {
            guard let start = Period.start(text) else { throw Problem.invalidParameter("from", wanted) }
            period.start = start
        }
        if let text = try request.query("to") {
            guard let end = Period.end(text) else { throw Problem.invalidParameter("to", wanted) }
            period.end = end
        }
        guard !period.isBackwards else { throw Problem.invalidParameter("to", "must not be before the other") }
        return period
    }

    private func position(_ cursor: Cursor) throws -> Int64 {
        guard let seq = cursor.keys.first, seq > 0 else { throw Problem.invalidCursor }
        return seq
    }

    /// What JSON has beside its lines stands in fields here, so that the table is nothing but a table.
    private func csv(_ statement: WalletStatement) -> APIResponse {
        var response = APIResponse(status: 200)
        response.contentType = "text/csv; charset=utf-8; header=present"
        response.body = StatementCSV.text(statement.lines)
        response.headers.append("content-disposition", #"attachment; filename="statement.csv""#)
        response.headers.append("x-nw-opening-balance", String(statement.opening))
        response.headers.append("x-nw-closing-balance", String(statement.closing))
        if let next = statement.next { response.headers.append("x-nw-next-cursor", Cursor([next]).text) }
        return response
    }
}

extension JSONObjectWriter {
    fileprivate mutating func overview(_ overview: WalletOverview, of owner: UUID) {
        member("userId", owner.description)
        member("balance", overview.balance)
        member("held", overview.held)
        member("available", overview.available)
        guard let movement = overview.lastMovement else { return }
        member("lastMovement") { last in
            last.member("transactionId", movement.transactionID.description)
            last.member("type", movement.type.name)
            last.member("amount", movement.amount)
            last.member("createdAt", RFC3339.format(movement.createdAt))
        }
    }

    fileprivate mutating func statement(_ statement: WalletStatement) {
        member("openingBalance", statement.opening)
        member("closingBalance", statement.closing)
        array("entries") { list in
            for line in statement.lines { list.object { $0.line(line) } }
        }
        optional("nextCursor", statement.next.map { Cursor([$0]).text })
    }

    private mutating func line(_ line: WalletStatement.Line) {
        member("seq", line.seq)
        member("transactionId", line.transactionID.description)
        member("type", line.type.name)
        member("amount", line.amount)
        member("balance", line.balance)
        member("createdAt", RFC3339.format(line.createdAt))
        optional("comicId", line.comic)
    }
}
