extension SecretBytes {
    /// A copy of the bytes, for storing the secret; nobody wipes it.
    package func revealed() -> [UInt8] {
        unsafe withBytes { unsafe Array($0) }
    }
}
