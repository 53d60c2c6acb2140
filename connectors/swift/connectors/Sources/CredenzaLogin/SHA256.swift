#if !canImport(CryptoKit)
    /// SHA-256 (FIPS 180-4) where the system has no CryptoKit. It is all the cryptography that is needed here, and Linux
    /// needs no further package for it.
    func sha256(_ message: [UInt8]) -> [UInt8] {
        var state = initialState
        let whole = padded(message)
        for start in stride(from: 0, to: whole.count, by: 64) {
            compress(&state, whole[start..<start + 64])
        }
        return state.flatMap { bigEndian($0) }
    }

    /// Section 5.1.1.
    private func padded(_ message: [UInt8]) -> [UInt8] {
        var whole = message + [0x80]
        whole += [UInt8](repeating: 0, count: (120 - whole.count % 64) % 64)
        return whole + bigEndian(UInt64(message.count) * 8)
    }

    /// Section 6.2.2.
    private func compress(_ state: inout [UInt32], _ block: ArraySlice<UInt8>) {
        let bytes = Array(block)
        var schedule = (0..<16).map { word in
            bytes[word * 4..<word * 4 + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        for round in 16..<64 {
            let (early, late) = (schedule[round - 15], schedule[round - 2])
            let small0 = rotated(early, 7) ^ rotated(early, 18) ^ early >> 3
            let small1 = rotated(late, 17) ^ rotated(late, 19) ^ late >> 10
            schedule.append(schedule[round - 16] &+ small0 &+ schedule[round - 7] &+ small1)
        }
        var work = state
        for round in 0..<64 {
            let big1 = rotated(work[4], 6) ^ rotated(work[4], 11) ^ rotated(work[4], 25)
            let choice = (work[4] & work[5]) ^ (~work[4] & work[6])
            let first = work[7] &+ big1 &+ choice &+ constants[round] &+ schedule[round]
            let big0 = rotated(work[0], 2) ^ rotated(work[0], 13) ^ rotated(work[0], 22)
            let majority = (work[0] & work[1]) ^ (work[0] & work[2]) ^ (work[1] & work[2])
            work = [first &+ big0 &+ majority] + work[0..<7]
            work[4] = work[4] &+ first
        }
        for index in state.indices { state[index] = state[index] &+ work[index] }
    }

    private func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

    private func bigEndian<Word: FixedWidthInteger>(_ word: Word) -> [UInt8] {
        stride(from: Word.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> Word($0)) }
    }

    /// Section 5.3.3.
    private let initialState: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]

    /// Section 4.2.2.
    private let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
#endif
