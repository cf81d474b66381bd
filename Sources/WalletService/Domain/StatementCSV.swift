import Codecs
import Ledger

/// A statement as RFC 4180 writes tables: a header line, CRLF, quotation marks where a cell needs them.
enum StatementCSV {
    static let header = ["seq", "createdAt", "transactionId", "type", "amount", "balance", "comicId"]

    static func text(_ lines: [WalletStatement.Line]) -> [UInt8] {
        var bytes: [UInt8] = []
        append(header, to: &bytes)
        for line in lines {
            append(
                [
                    "\(line.seq)", RFC3339.format(line.createdAt), line.transactionID.description, line.type.name,
                    "\(line.amount)", "\(line.balance)", defused(line.comic ?? ""),
                ], to: &bytes)
        }
        return bytes
    }

    /// A text that somebody else chose, with an apostrophe wherever a spreadsheet would take it for a formula: at its
    /// beginning, and behind a semicolon, which in much of the world divides cells in spite of quotation marks.
    ///
    /// Our own numbers stay numbers. Without the apostrophe at these places it is the text again.
    ///
    /// Source: OWASP, CSV Injection.
    static func defused(_ text: String) -> String {
        var bytes: [UInt8] = []
        var before: UInt8?
        for byte in text.utf8 {
            let isQuoteInside = byte == 0x22 && before != nil
            if before ?? semicolon == semicolon, isQuoteInside || formulaStarts.contains(byte) { bytes.append(0x27) }
            bytes.append(byte)
            before = byte
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let semicolon: UInt8 = 0x3B
    /// `=`, `+`, `-`, `@`, tab, carriage return, line feed; the apostrophe itself, so that both can be told apart.
    private static let formulaStarts: [UInt8] = [0x3D, 0x2B, 0x2D, 0x40, 0x09, 0x0D, 0x0A, 0x27]

    private static func append(_ cells: [String], to bytes: inout [UInt8]) {
        for (position, cell) in cells.enumerated() {
            if position > 0 { bytes.append(0x2C) }
            append(cell, to: &bytes)
        }
        bytes.append(contentsOf: [0x0D, 0x0A])
    }

    /// Quotation marks inside are doubled (RFC 4180, section 2, rules 6 and 7).
    private static func append(_ cell: String, to bytes: inout [UInt8]) {
        guard cell.utf8.contains(where: { [0x22, 0x2C, 0x0D, 0x0A].contains($0) }) else {
            return bytes.append(contentsOf: cell.utf8)
        }
        bytes.append(0x22)
        for byte in cell.utf8 {
            if byte == 0x22 { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(0x22)
    }
}
