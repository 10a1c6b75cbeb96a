import ArgumentParser
import Yams
import ServiceLifecycle
@main struct Vigie: AsyncParsableCommand { func run() async throws { print("vigie") } }
