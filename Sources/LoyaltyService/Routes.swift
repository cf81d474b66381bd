import Codecs
import LambdaRuntime
import Ledger
import PostgresClient
import ServiceKit
import StrictJSON

extension LoyaltyService {
    /// `GET /loyalty/me`: the caller's balance, day and streak.
    func summary(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let reader = try reader(request, context)
        let today = now().day
        let summary = try database.unitOfWork(deadline: context.deadline) { connection in
            let rows = try connection.query(SummaryStore.summary(of: reader, today: today))
            return try SummaryStore.decode(rows.only(), reader: reader, today: today)
        }
        return APIResponse.json { $0.summary(summary) }
    }

    /// `GET /loyalty/me/history?limit=&cursor=`: the caller's reads, newest first.
    func history(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let reader = try reader(request, context)
        let page = try request.page(keyCount: 3)
        let position = try page.cursor.map { try ListPosition($0) }
        // One row more than asked for tells whether there is a next page.
        let statement = HistoryStore.page(of: reader, after: position, limit: page.limit + 1)
        let reads = try database.unitOfWork(deadline: context.deadline) { connection in
            try connection.query(statement).map { try HistoryStore.decode($0) }
        }
        let shown = reads.prefix(page.limit)
        let next = reads.count > page.limit ? shown.last.map { $0.position.cursor.text } : nil
        return APIResponse.json { writer in
            writer.array("reads") { list in
                for read in shown { list.object { $0.recordedRead(read) } }
            }
            writer.optional("nextCursor", next)
        }
    }

    /// The reader is named by the user's id as the token writes it: in lower case.
    private func reader(_ request: APIRequest, _ context: InvocationContext) throws -> UserID {
        let caller = try gate.caller(of: request, context)
        guard let reader = UserID(caller.userID.description) else { throw Problem.unauthenticated }
        return reader
    }
}

extension RecordedRead {
    fileprivate var position: ListPosition { ListPosition(time: read.time, id: id) }
}

extension JSONObjectWriter {
    fileprivate mutating func summary(_ summary: ReaderSummary) {
        member("userId", summary.reader.text)
        member("balance", summary.balance)
        member("streakDays", summary.streakDays)
        member("today") { today in
            today.member("day", summary.today.description)
            today.member("reads", summary.readsToday)
            today.member("points", summary.pointsToday)
            today.member("pointsLeft", summary.pointsLeftToday)
        }
        member("rules") { rules in
            rules.member("pointsPerRead", summary.rules.pointsPerRead)
            rules.member("dailyCap", summary.rules.dailyCap)
            rules.member("thirdDayBonus", summary.rules.streak.thirdDay)
            rules.member("seventhDayBonus", summary.rules.streak.seventhDay)
        }
    }
}
