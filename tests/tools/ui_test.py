"""The page of `varjoin ui`, driven by Chromium; what it shows is compared with `varjoin query` and `varjoin lookup`.

usage: ui_test.py VARJOIN FOLDER NODE_MODULES [PERSON DATABASE]
       exit 77 (skipped) where Chromium, Node, or the page's npm packages are absent

Leaves pictures of each view in FOLDER, to be looked at. Without PERSON and DATABASE, files of its own.
"""
import os
import shutil
import signal
import subprocess
import sys

import report_page_test


def skip(what):
    print("needs", what)
    raise SystemExit(77)


def start(varjoin, environment, place):
    """The server and its address."""
    server = subprocess.Popen([varjoin, "ui", place, "--no-open"], env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
    return server, server.stdout.readline().strip()


def main():
    varjoin, folder, modules = sys.argv[1:4]
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    node = shutil.which("node") or shutil.which("nodejs")
    if not chromium or not node:
        skip("Chromium and Node: apt-get install chromium nodejs")
    if not os.path.exists(modules + "/playwright-core"):
        skip("the page's npm packages: tools/setup")
    if not all(os.path.exists(file) for file in sys.argv[4:6]):
        skip(" and ".join(sys.argv[4:6]))
    folder = os.path.abspath(folder)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder + "/results")
    os.makedirs(folder + "/empty")
    person, database = sys.argv[4:6] if len(sys.argv) > 5 else report_page_test.write_files(folder)
    environment = {**os.environ, "VARJOIN_HOME": folder + "/home", "VARJOIN_TEMP_DIRECTORY": folder + "/temp"}
    output = folder + "/results/person.parquet"
    for command in (["source", "import", "clinvar", database], ["annotate", person, "-s", "clinvar", "-o", output],
                    ["annotate", person, "-s", "clinvar", "-o", output, "--force"]):
        subprocess.run([varjoin] + command, env=environment, check=True, capture_output=True)
    servers = [start(varjoin, environment, folder + "/results"), start(varjoin, environment, folder + "/empty")]
    try:
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "ui_page.mjs")
        pid = str(servers[0][0].pid)
        done = subprocess.run([node, script, modules, chromium, varjoin, folder, output, pid] + [address for _, address in servers],
                              env=environment, timeout=1800)
    finally:
        for server, _ in servers:
            if server.poll() is None:
                server.send_signal(signal.SIGINT)
            server.wait(timeout=600)
    if done.returncode != 0:
        raise SystemExit("the page is not as it should be; see above")
    if any(server.returncode != 0 for server, _ in servers):
        raise SystemExit(f"a server ended with {[server.returncode for server, _ in servers]}")
    print("looked at the pictures in", folder)


if __name__ == "__main__":
    main()
