import Codecs
import LambdaRuntime
import Logging
import Platform
import PostgresClient
import StrictJSON

/// Throwing away what nobody needs any more, in portions that lock little and for a short time.
enum Purge {
    /// How many rows of each table go at a time.
    static let portion: Int32 = 500
    /// Kept before the deadline, in milliseconds: a portion that has begun takes that long at most.
    static let marginMilliseconds: Int64 = 5_000

    static func statement(now: Timestamp) -> SQL {
        "select kind, removed from auth.purge(\(now), \(portion))"
    }
}

extension AuthService {
    /// The task `purge`: one portion after the other until nothing is left or the time is over.
    ///
    /// Answers how many rows of which table went; whatever remains goes the next time.
    func purge(_ context: InvocationContext) throws -> JSONWriter {
        let limit = context.deadline.advanced(byMilliseconds: -Purge.marginMilliseconds)
        var removed: [(kind: String, count: Int64)] = []
        var isComplete = false
        repeat {
            let rows = try database.unitOfWork(deadline: context.deadline, idempotent: true) { connection in
                try connection.query(Purge.statement(now: now()))
            }
            let counts = try rows.map {
                (kind: try $0.decode("kind", as: String.self), count: try $0.decode("removed", as: Int64.self))
            }
            isComplete = counts.allSatisfy { $0.count < Int64(Purge.portion) }
            removed = removed.isEmpty ? counts : zip(removed, counts).map { ($0.kind, $0.count + $1.count) }
        } while !isComplete && SystemClock.now() < limit
        context.logger.info("purged", metadata: ["rows": "\(removed.reduce(0) { $0 + $1.count })"])
        return JSONWriter.object { answer in
            answer.member("complete", isComplete)
            answer.member("removed") { writer in
                for (kind, count) in removed { writer.member(kind, count) }
            }
        }
    }
}
