"""Questions to `varjoin ui` made up from the description of its API: none may crash it, be answered with a server's
error, or with something that the description does not tell.

usage: ui_fuzz_test.py VARJOIN FOLDER OPENAPI [EXAMPLES]
       exit 77 (skipped) where schemathesis can't be installed (from PyPI, into FOLDER/venv)
"""
import http.client
import json
import os
import pathlib
import signal
import subprocess
import sys
import venv

import report_page_test
import ui_test

PACKAGE = "schemathesis==4.32.5"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
COLUMNS = ["chrom", "start", "qual", "filter", "clinvar_hits", "clinvar_AF", "clinvar_CLNSIG", "~kind", "~length"]


def schemathesis(folder):
    program = folder / "venv" / "bin" / "schemathesis"
    if not program.exists():
        try:
            venv.create(folder / "venv", with_pip=True, clear=True)
            subprocess.run([folder / "venv/bin/python", "-m", "pip", "install", "--quiet", PACKAGE], check=True, timeout=900)
        except (OSError, subprocess.SubprocessError) as error:
            ui_test.skip(f"{PACKAGE}, which can't be installed: {error}")
    return program


def with_names(api, file):
    """The description with a file and columns that are there, so that more than refusals is tried."""
    schemas = api["components"]["schemas"]["Filter"]["items"]["properties"]
    schemas["column"] = {"type": "string", "enum": COLUMNS}
    for path in ("variants", "count", "variant", "distribution"):
        body = api["paths"]["/api/" + path]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]
        body["file"] = {"type": "string", "enum": [file]}
        del body["version"]
        if path == "variants":
            body["columns"]["items"] = body["sort"]["items"]["properties"]["column"] = {"type": "string", "enum": COLUMNS}
        if path == "distribution":
            body["column"] = {"type": "string", "enum": COLUMNS + ["~sources"]}
    return api


def main():
    varjoin, folder, description = sys.argv[1], sys.argv[2], os.path.abspath(sys.argv[3])
    examples = sys.argv[4] if len(sys.argv) > 4 else "40"
    folder = pathlib.Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    program = schemathesis(folder)
    environment = {**os.environ, "VARJOIN_HOME": f"{folder}/home", "VARJOIN_TEMP_DIRECTORY": f"{folder}/temp"}
    person, database = report_page_test.write_files(str(folder))
    output = f"{folder}/results/person.parquet"
    os.makedirs(folder / "results", exist_ok=True)
    for command in (["source", "import", "clinvar", database], ["annotate", person, "-s", "clinvar", "-o", output, "--force"]):
        subprocess.run([varjoin] + command, env=environment, check=True, capture_output=True)
    server, address = ui_test.start(varjoin, environment, f"{folder}/results")
    try:
        host = address.split("/")[2]
        connection = http.client.HTTPConnection(host)
        connection.request("GET", address[address.index("/?"):])
        cookie = connection.getresponse().getheader("Set-Cookie").split(";")[0]
        with open(description, encoding="utf-8") as file:
            api = json.load(file)
        described = folder / "named.json"
        described.write_text(json.dumps(with_names(json.loads(json.dumps(api)), output)), encoding="utf-8")
        for schema in (description, str(described)):
            done = subprocess.run([program, "run", schema, "--url", f"http://{host}", "-H", f"Cookie: {cookie}", "--phases", "fuzzing",
                                   "--max-examples", examples, "--checks", CHECKS, "--seed", "1"], cwd=folder,
                                  capture_output=True, text=True, timeout=1800)
            print(done.stdout[-3000:], done.stderr[-1000:])
            if done.returncode != 0:
                raise SystemExit("a question was not answered as it should be; see above")
        if server.poll() is not None:
            raise SystemExit(f"the server has ended with {server.returncode}")
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGINT)
        server.wait(timeout=600)
    if server.returncode != 0:
        raise SystemExit(f"the server ended with {server.returncode}")


if __name__ == "__main__":
    main()
