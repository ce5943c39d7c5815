"""Dagster's servers and a browser, for the tests: `dagster dev` with a definitions file, asked through GraphQL, and
headless Chromium, driven through its debugging port.
"""

import asyncio
import base64
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

LAUNCH_BACKFILL = """mutation($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
  __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
LAUNCH_RUN = """mutation($params: ExecutionParams!) { launchPipelineExecution(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
  ... on RunConfigValidationInvalid { errors { message } } } }"""
BACKFILL = """query($id: String!) { partitionBackfillOrError(backfillId: $id) { __typename
  ... on PartitionBackfill { status runs(limit: 50) { runId status startTime endTime } } } }"""
RUN = """query($id: ID!) { runOrError(runId: $id) { __typename ... on Run { status
  eventConnection { events { __typename ... on MessageEvent { message } } } } } }"""
PARTITIONS = """query($path: [String!]!) { assetNodeOrError(assetKey: {path: $path}) { __typename
  ... on AssetNode { partitionKeys } } }"""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(what, said, seconds=1800):
    """The first true value of what(), asked twice a second. The limit is for what hangs, not for a slow machine."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := what():
            return value
        time.sleep(0.5)
    raise AssertionError(f"{said}: not after {seconds} s")


@contextlib.contextmanager
def process_group(command, log, **kwargs):
    """A process that is ended with all that it has started."""
    with open(log, "wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, start_new_session=True, **kwargs)
        try:
            yield process
        finally:
            for number in (signal.SIGINT, signal.SIGKILL):
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=20)


class Dagster:
    """A running Dagster."""

    def __init__(self, port, log):
        self.url = f"http://127.0.0.1:{port}"
        self.log = log

    def ask(self, query, **variables):
        request = urllib.request.Request(
            f"{self.url}/graphql",
            json.dumps({"query": query, "variables": variables}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            answer = json.load(response)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def is_up(self):
        with contextlib.suppress(OSError):
            return self.ask("{ repositoriesOrError { __typename ... on RepositoryConnection { nodes { name } } } }")[
                "repositoriesOrError"
            ].get("nodes")

    def partitions(self, asset):
        return self.ask(PARTITIONS, path=asset.split("/"))["assetNodeOrError"].get("partitionKeys", [])

    def backfill(self, asset, partitions):
        """Runs one, to its end, and returns it with its runs."""
        params = {"assetSelection": [{"path": asset.split("/")}], "partitionNames": partitions}
        answer = self.ask(LAUNCH_BACKFILL, params=params)["launchPartitionBackfill"]
        assert "backfillId" in answer, answer

        def ended():
            backfill = self.ask(BACKFILL, id=answer["backfillId"])["partitionBackfillOrError"]
            return backfill if backfill["status"].startswith("COMPLETED") or backfill["status"] == "FAILED" else None

        return wait_for(ended, f"the backfill of {asset}")

    def materialize(self, assets, run_config=None, tags=()):
        """Runs the assets, to the end, and returns (run id, status, its messages)."""
        params = {
            "selector": {
                "repositoryName": "__repository__",
                "repositoryLocationName": self.location(),
                "pipelineName": "__ASSET_JOB",
                "assetSelection": [{"path": asset.split("/")} for asset in assets],
            },
            "runConfigData": run_config or {},
            "executionMetadata": {"tags": [{"key": key, "value": value} for key, value in dict(tags).items()]},
        }
        answer = self.ask(LAUNCH_RUN, params=params)["launchPipelineExecution"]
        assert "run" in answer, answer

        def ended():
            run = self.ask(RUN, id=answer["run"]["runId"])["runOrError"]
            return run if run["status"] in ("SUCCESS", "FAILURE", "CANCELED") else None

        run = wait_for(ended, f"the run of {assets}")
        return (
            answer["run"]["runId"],
            run["status"],
            [event["message"] for event in run["eventConnection"]["events"] if event.get("message")],
        )

    def location(self):
        query = "{ workspaceOrError { ... on Workspace { locationEntries { name } } } }"
        return self.ask(query)["workspaceOrError"]["locationEntries"][0]["name"]


@contextlib.contextmanager
def dagster_of(start_script, folder, varjoin, python, **environment):
    """The example, started as a user starts it."""
    port = free_port()
    log = Path(folder) / "dagster.log"
    variables = {**os.environ, "VARJOIN": str(varjoin), "PYTHON": str(python), "PORT": str(port), **environment}
    with process_group([start_script, folder], log, env=variables) as process:
        dagster = Dagster(port, log)

        def up():
            assert process.poll() is None, log.read_text(errors="replace")
            return dagster.is_up()

        wait_for(up, f"Dagster of {start_script}, see {log}")
        yield dagster


class Page:
    """A tab of Chromium."""

    def __init__(self, socket_, loop):
        self._socket, self._loop, self._last = socket_, loop, 0

    def _call(self, method, **params):
        async def call():
            self._last += 1
            await self._socket.send(json.dumps({"id": self._last, "method": method, "params": params}))
            while True:
                answer = json.loads(await asyncio.wait_for(self._socket.recv(), 60))
                if answer.get("id") == self._last:
                    assert "error" not in answer, answer
                    return answer["result"]

        return self._loop.run_until_complete(call())

    def run(self, script):
        return self._call("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def text(self):
        return self.run("document.body ? document.body.innerText : ''") or ""

    def open(self, url, *texts):
        """Opens the page and waits until it shows all `texts`."""
        self._call("Page.navigate", url=url)
        self.wait_for(*texts)

    def wait_for(self, *texts):
        try:
            wait_for(lambda: all(text in self.text() for text in texts), f"the page shows {texts}")
        except AssertionError as error:
            raise AssertionError(f"{error}; it shows:\n{self.text()}") from None

    def click(self, text):
        """Clicks the innermost visible element with exactly this text."""
        script = f"""(() => {{ const all = [...document.querySelectorAll('a,button,[role=tab],div,span')].filter(
            e => e.innerText && e.innerText.trim() === {json.dumps(text)} && e.getClientRects().length);
            if (all.length) all[all.length - 1].click(); return all.length; }})()"""
        wait_for(lambda: self.run(script), f"something to click with the text {text!r}")

    def screenshot(self, path):
        Path(path).write_bytes(base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"]))


def chromium():
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextlib.contextmanager
def browser(folder, width=1280, height=800):
    """A Page of a headless Chromium."""
    import websockets  # comes with dagster-webserver

    profile = Path(folder) / "chromium"
    shutil.rmtree(profile, ignore_errors=True)
    command = [
        *(chromium(), "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
        *("--remote-debugging-port=0", f"--user-data-dir={profile}", f"--window-size={width},{height}", "about:blank"),
    ]
    with process_group(command, Path(folder) / "chromium.log"):
        port_file = profile / "DevToolsActivePort"
        wait_for(lambda: port_file.exists() and port_file.read_text().count("\n"), "Chromium")
        port = port_file.read_text().split("\n")[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=30) as response:
            tab = next(tab for tab in json.load(response) if tab["type"] == "page")
        loop = asyncio.new_event_loop()
        connection = loop.run_until_complete(websockets.connect(tab["webSocketDebuggerUrl"], max_size=None))
        try:
            yield Page(connection, loop)
        finally:
            loop.run_until_complete(connection.close())
            loop.close()
