# SPDX-License-Identifier: EUPL-1.2
"""Lighthouse on a phone profile, as it ships inside Chromium's own developer tools: four scores for each page of the citizens' app.

    python Tests/Browser/lighthouse.py ADDRESS PATH…        prints a line a page: performance, accessibility, best practices, SEO
    LIGHTHOUSE_LEAST=95 …                                   fails where a score is below it
    LIGHTHOUSE_TELL=1 …                                     names the audits that cost points

A fresh browser for each page; a second one runs the tool, so that the page has its own to itself.
"""
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]

# Speaks between the tool's worker and the browser that is measured; answers with the scores and the audits that are not perfect.
RUN = """
async ([root, url, categories]) => {
  const version = await (await fetch(root + "/json/version")).json();
  const socket = new WebSocket(version.webSocketDebuggerUrl);
  await new Promise((done, fail) => { socket.onopen = done; socket.onerror = () => fail(new Error("no debugger")); });
  let last = 1_000_000;
  const waiting = new Map();
  const ask = (method, params) => new Promise((done, fail) => {
    waiting.set(++last, { done, fail });
    socket.send(JSON.stringify({ id: last, method, params }));
  });
  const worker = new Worker(root + "/devtools/entrypoints/lighthouse_worker/lighthouse_worker.js", { type: "module" });
  await new Promise((done) => { worker.onmessage = (event) => event.data === "workerReady" && done(); });
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    const own = waiting.get(message.id);
    if (own && !message.sessionId) {
      waiting.delete(message.id);
      return message.error ? own.fail(new Error(message.error.message)) : own.done(message.result);
    }
    worker.postMessage({ action: "dispatchProtocolMessage", args: { message: data } });
    worker.postMessage({ action: "dispatchProtocolMessage", args: { message } });
  };
  const { targetInfos } = await ask("Target.getTargets", { filter: [{ type: "tab" }] });
  const tab = targetInfos[0];
  const { sessionId } = await ask("Target.attachToTarget", { targetId: tab.targetId, flatten: true });
  const result = await new Promise((done, fail) => {
    setTimeout(() => fail(new Error("the tool does not answer")), 150_000);
    worker.onmessage = ({ data }) => {
      if (data.action === "sendProtocolMessage") return socket.send(data.args.message);
      if (data.id === 7) done(data.result);
    };
    worker.postMessage({ id: 7, action: "navigation", args: {
      url, categoryIDs: categories, locales: ["en-US"], rootTargetId: tab.targetId, mainSessionId: sessionId,
      flags: { formFactor: "mobile", mode: "navigation", screenEmulation: undefined, throttlingMethod: "simulate" } } });
  });
  if (result.fatal) throw new Error(result.message + "\\n" + result.stack);
  const { lhr } = result;
  const lost = categories.flatMap((name) => lhr.categories[name].auditRefs.filter((one) => one.weight > 0)
    .map((one) => lhr.audits[one.id]).filter((one) => one.score !== null && one.score < 1)
    .map((one) => [name, one.id, one.score, one.displayValue ?? "", (one.details?.items ?? []).slice(0, 2).map((item) => item.node?.snippet)]));
  const broken = Object.values(lhr.audits).filter((one) => one.scoreDisplayMode === "error").map((one) => ["error", one.id, one.errorMessage]);
  return { error: lhr.runtimeError?.message ?? "", scores: categories.map((name) => lhr.categories[name].score), lost: [...lost, ...broken], version: lhr.lighthouseVersion };
}
"""


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def measure(playwright, url):
    port, folder = free_port(), tempfile.mkdtemp()
    measured = subprocess.Popen(
        [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", f"--remote-debugging-port={port}",
         "--remote-allow-origins=*", f"--user-data-dir={folder}", "--window-size=412,823", url],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    root = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{root}/json/version", timeout=1)
                break
            except OSError:
                time.sleep(0.1)
        tool = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        try:
            page = tool.new_page()
            page.goto(f"{root}/json/version")
            return page.evaluate(RUN, [root, url, CATEGORIES])
        finally:
            tool.close()
    finally:
        measured.terminate()
        measured.wait()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    address, paths = sys.argv[1].rstrip("/"), sys.argv[2:] or ["/app"]
    least = float(os.environ.get("LIGHTHOUSE_LEAST", "0"))
    failed = False
    with sync_playwright() as playwright:
        for path in paths:
            found = measure(playwright, address + path)
            scores = [round(100 * (one or 0)) for one in found["scores"]]
            print(f"{path:32} " + "  ".join(f"{name} {score}" for name, score in zip(CATEGORIES, scores)), flush=True)
            if found["error"]:
                print("   ", found["error"])
                failed = True
            if os.environ.get("LIGHTHOUSE_TELL"):
                for line in found["lost"]:
                    print("   ", json.dumps(line))
            failed = failed or min(scores) < least
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
