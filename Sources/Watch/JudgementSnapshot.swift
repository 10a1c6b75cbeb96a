// SPDX-License-Identifier: EUPL-1.2

import ControlRoom

extension Judgement {
    /// What is judged by and is not on the board: when turns were taken, and where the programmes stand in their day.
    package func pack() -> [UInt8] {
        var out = Bytes()
        for time in [lastNow, listeningSince] { out.append(time) }
        out.append(board.programmes) { out, programme in
            for number in [programme.trade, programme.number] { out.append(UInt32(number)) }
            out.append(UInt8(programme.isDay ? 1 : 0))
            out.append(programme.nextChange)
        }
        return out.bytes
    }

    /// Takes back what `pack` wrote. False where the bytes are not that: then nothing was taken.
    package func unpack(_ bytes: [UInt8]) -> Bool {
        var reader = ByteReader(bytes)
        guard let last = reader.instant(), let since = reader.instant(),
            let programmes = reader.list({ reader -> (trade: UInt32, number: UInt32, isDay: UInt8, next: Instant)? in
                guard let trade: UInt32 = reader.integer(), let number: UInt32 = reader.integer(), let isDay: UInt8 = reader.integer(),
                    let next = reader.instant()
                else { return nil }
                return (trade, number, isDay, next)
            }), reader.isAtEnd
        else { return false }
        (lastNow, listeningSince) = (last, since)
        for then in programmes {
            guard let i = board.programmes.firstIndex(where: { $0.trade == Int(then.trade) && $0.number == Int(then.number) }) else {
                continue
            }
            (board.programmes[i].isDay, board.programmes[i].nextChange) = (then.isDay == 1, then.next)
        }
        return true
    }
}
