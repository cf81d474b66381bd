import LambdaRuntime
import LedgerEvidence
import PostgresClient
import ServiceKit
import StrictJSON

extension WalletService {
    /// `GET /wallet/proof`: the path from the caller's balance to last night's root.
    func proof(_ request: APIRequest, _ context: InvocationContext) throws -> APIResponse {
        let statement = try ProofStore.proof(of: caller(request, context).userID)
        let found = try database.unitOfWork(deadline: context.deadline, idempotent: true) { connection in
            try connection.query(statement).first.map { try ProofStore.decode($0) }
        }
        guard let found else { throw Problem.proofNotReady }
        return APIResponse.json { found.proof.write(&$0, anchored: found.anchored) }
    }
}

extension Problem {
    /// The audit has written no root since the caller's wallet was opened.
    static let proofNotReady = Problem(
        status: 404, code: "proof_not_ready", detail: "No root has your wallet yet; there is one after each night.")
}
