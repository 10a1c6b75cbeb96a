// SPDX-License-Identifier: EUPL-1.2

import Foundation

/// A few threads that do blocking work in the order given, so that it never holds a thread of the cooperative pool or an event loop.
final class Workers: Sendable {
    private let queue = Queue()

    init(name: String, count: Int) {
        for i in 0..<count {
            let thread = Thread { [queue] in while let job = queue.next() { job() } }
            thread.name = "\(name)\(i)"
            thread.stackSize = 2 << 20
            thread.start()
        }
    }

    /// Runs `body` on one of the threads and waits for it without blocking.
    func run<T: Sendable>(_ body: @Sendable @escaping () throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let isTaken = queue.add { continuation.resume(with: Result { try body() }) }
            if !isTaken { continuation.resume(throwing: JournalError.away("it is closed")) }
        }
    }

    /// The threads end when what waits is done.
    func stop() { queue.close() }

    private final class Queue: @unchecked Sendable {
        private let condition = NSCondition()
        private var jobs: [@Sendable () -> Void] = []
        private var head = 0
        private var isClosed = false

        func add(_ job: @Sendable @escaping () -> Void) -> Bool {
            condition.lock()
            defer { condition.unlock() }
            guard !isClosed else { return false }
            jobs.append(job)
            condition.signal()
            return true
        }

        func next() -> (@Sendable () -> Void)? {
            condition.lock()
            defer { condition.unlock() }
            while head == jobs.count {
                if isClosed { return nil }
                condition.wait()
            }
            let job = jobs[head]
            jobs[head] = {}
            head += 1
            if head == jobs.count { (jobs, head) = ([], 0) }
            return job
        }

        func close() {
            condition.lock()
            isClosed = true
            condition.broadcast()
            condition.unlock()
        }
    }
}
