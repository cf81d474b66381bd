import LambdaEvents
import LambdaRuntime
import PostgresClient
import ServiceKit

extension LoyaltyService {
    /// Rewards the reads of a batch, each once, as if they had come one by one in the order of their rounds.
    ///
    /// Two round trips for each round; a round whose transaction fails is tried read by read, so that one event does not
    /// fail the others. A database that cannot be used, or a deadline that has come, ends the batch: what is left is to
    /// be delivered again.
    ///
    /// - Returns: for each event why it failed; nil for one that was handled
    func reward(batch: [BatchedEvent<ComicRead>], _ context: InvocationContext) -> [(any Error)?] {
        let reads = batch.map { PendingRead(id: IdempotentConsumer.identity(of: $0.event), read: $0.detail) }
        var run = BatchRun(reads.count)
        for round in ReadRounds.plan(reads) {
            guard run.end == nil else { break }
            do {
                run.settle(round, try record(round: round.map { reads[$0] }, context))
            } catch {
                run.failed(round, error)
                for place in round.count > 1 ? round : [] where run.end == nil {
                    recordAlone(place, reads[place], &run, context)
                }
            }
        }
        return run.failures
    }

    private func recordAlone(
        _ place: Int, _ pending: PendingRead, _ run: inout BatchRun, _ context: InvocationContext
    ) {
        do {
            run.settle([place], try record(round: [pending], context))
        } catch {
            run.failed([place], error)
        }
    }
}

/// How far a batch has come.
private struct BatchRun {
    private enum State {
        case waiting
        case handled
        case failed(any Error)
    }

    private var states: [State]
    /// Why nothing more is tried; nil as long as it is worth while.
    private(set) var end: (any Error)?

    init(_ count: Int) {
        states = Array(repeating: .waiting, count: count)
    }

    mutating func settle(_ places: [Int], _ verdicts: [ReadVerdict]) {
        for (place, verdict) in zip(places, verdicts) {
            if case .refused(let error) = verdict {
                states[place] = .failed(error.reported)
            } else {
                states[place] = .handled
            }
        }
    }

    /// A deadlock or a refused statement concerns these reads, everything that is worse concerns all.
    mutating func failed(_ places: [Int], _ error: any Error) {
        for place in places { states[place] = .failed(error) }
        if let error = error as? DatabaseError, error.isPassing, !error.isTransient { end = error }
    }

    var failures: [(any Error)?] {
        states.map { state in
            switch state {
            case .handled: nil
            case .failed(let error): error
            case .waiting: end
            }
        }
    }
}
