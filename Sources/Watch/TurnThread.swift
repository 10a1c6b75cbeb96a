// SPDX-License-Identifier: EUPL-1.2

package import Foundation

/// The turn's own thread. It is the executor of the `Floor`, so an `await` on the floor runs here between two turns, and the
/// blocking calls of a turn (fdatasync, a transaction) never sit on an event loop or in the cooperative pool.
package final class TurnThread: SerialExecutor, @unchecked Sendable {
    // Unchecked because the state below is touched only under `condition`'s lock.
    private let condition = SteadyCondition()
    private var jobs: [UnownedJob] = []
    private var isRung = false
    private var isStopped = false
    /// The thread itself, once it runs.
    private var own: pthread_t?
    /// Runs one pass of the loop; answers how long the thread may sleep when nobody rings. Set once, before `start`.
    private var pass: (@Sendable () -> TimeInterval)?

    package init() {}

    /// Starts the thread. `pass` runs whenever somebody rang, and at the latest after the time that it answered itself.
    package func start(pass: @escaping @Sendable () -> TimeInterval) {
        self.pass = pass
        launch()
    }

    private func launch() {
        let thread = Thread { [self] in run() }
        thread.name = "vigie-turn"
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Wakes the thread: something waits for a turn.
    package func ring() {
        condition.lock()
        isRung = true
        condition.signal()
        condition.unlock()
    }

    package func stop() {
        condition.lock()
        isStopped = true
        condition.signal()
        condition.unlock()
    }

    package func enqueue(_ job: UnownedJob) {
        condition.lock()
        jobs.append(job)
        condition.signal()
        condition.unlock()
    }

    private func run() {
        condition.lock()
        own = pthread_self()
        condition.unlock()
        var sleep: TimeInterval = 0
        var stopping = false
        while true {
            condition.lock()
            if jobs.isEmpty, !isRung, isStopped == stopping, sleep > 0 { condition.wait(seconds: sleep) }
            let due = jobs
            jobs.removeAll(keepingCapacity: true)
            isRung = false
            stopping = isStopped
            condition.unlock()
            for job in due { job.runSynchronously(on: asUnownedSerialExecutor()) }
            // Jobs that arrive after the stop must still run, or who awaits the floor would wait for ever.
            if stopping { sleep = 1 } else { sleep = pass?() ?? 1 }
        }
    }

    /// The thread's own pass is not a task, so the runtime asks here whether it may touch the floor's state.
    package func checkIsolated() {
        condition.lock()
        defer { condition.unlock() }
        precondition(own.map { pthread_equal($0, pthread_self()) != 0 } ?? false, "the floor's state is touched off the turn's thread")
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}
