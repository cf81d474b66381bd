import Ledger

print(SystemAccount.treasury.rawValue)
