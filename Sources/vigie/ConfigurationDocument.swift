// SPDX-License-Identifier: EUPL-1.2

/// The configuration explained: for `vigie check config`, and as the page `docs/operating/configuration.md`.
enum ConfigurationDocument {
    /// One line a setting: key, value, where it came from. Secrets are dots.
    static func table(_ resolved: [ResolvedSetting]) -> String {
        let keys = resolved.map(\.setting.key.count).max() ?? 0
        let values = min(48, resolved.map(\.shown.count).max() ?? 0)
        return resolved.map { one in
            pad(one.setting.key, keys) + "  " + pad(one.shown.isEmpty ? "–" : one.shown, values) + "  " + one.origin
        }.joined(separator: "\n")
    }

    static let markdown: String = {
        var out = """
            # Configuration

            Written by `vigie check config --documentation`; a test holds that this page and the program agree.

            A setting is looked up on the command line (`--set http.port=8081`), then in the environment (`VIGIE_HTTP_PORT=8081`), then in
            the file (`--config FILE`, or `VIGIE_CONFIG`; YAML, nested by the dots), then in the defaults below. `vigie check config` prints
            each value and where it came from. An unknown key is an error that names the nearest one; so is a wrong value, which says what
            would be right. Secrets are never printed.

            ```yaml
            http:
              port: 8081
              public-url: https://vigie.example.fr
            mqtt:
              bind: 0.0.0.0
              certificate: /etc/vigie/mqtt.pem
              key: /etc/vigie/mqtt.key
            history:
              raw: { lamp: 400d, gateway: 90d, "*": 400d }
            lighting:
              programmes:
                centre: sunset+10 sunrise-10 23:00-05:00=50
                village: sunset+15 sunrise-15 00:00-05:00=0
              follow: { "21231": centre, A-12: village, "*": centre }
            alarms:
              escalate: { critical: 1min, high: 10min, medium: 1h, low: 8h }
            ```

            | setting | type | default | what it does |
            | --- | --- | --- | --- |

            """
        for setting in Setting.all {
            let fallback = setting.fallback.isEmpty ? "–" : "`\(setting.fallback)`"
            let words = setting.words + (setting.isSecret ? " *Secret.*" : "")
            out += "| `\(setting.key)` | \(setting.type.words) | \(fallback) | \(words.replacing("|", with: "\\|")) |\n"
        }
        return out
    }()

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
