"""`varjoin source fetch` against a server on this machine that fails in all the ways that servers do.

usage: fetch_test.py VARJOIN FOLDER CASE      each case is a function below
"""
import gzip
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def database(seed, records=20000):
    """A VCF, packed, that compresses badly enough to be some 100 KB."""
    numbers = random.Random(seed)
    lines = ["##fileformat=VCFv4.2", "##contig=<ID=1,length=248956422>",
             '##INFO=<ID=SCORE,Number=1,Type=Integer,Description="a number">', "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"]
    lines += [f"1\t{100 + 7 * i}\t.\tA\tC\t.\t.\tSCORE={numbers.randrange(10 ** 9)}" for i in range(records)]
    return gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0)


class Server:
    """Serves `files` (path to bytes); `answer(handler, path, number)` may answer the number-th request of a path itself."""

    def __init__(self, files, answer=None):
        self.files, self.answer, self.requests = files, answer, []
        self.ranges = True
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def do_GET(self):
                path = self.path
                if path.startswith("http://"):  # we are the proxy
                    path = "/" + path.split("/", 3)[3]
                outer.requests.append((path, self.headers.get("Range")))
                number = sum(1 for asked, _ in outer.requests if asked == path)
                self.close_connection = True
                if outer.answer is None or not outer.answer(self, path, number):
                    outer.serve(self, path)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def ranges_of(self, path):
        return [asked for of, asked in self.requests if of == path]

    def serve(self, handler, path, length=None, only=None, headers=()):
        """The file, as a good server would; or with a false length, or only its first bytes."""
        body = self.files.get(path)
        if body is None:
            return send(handler, 404, b"not here")
        etag = '"' + hashlib.md5(body).hexdigest()[:8] + '"'
        asked = handler.headers.get("Range")
        sent, status, extra = body, 200, list(headers) + [("ETag", etag)]
        if asked and self.ranges and handler.headers.get("If-Range") in (None, etag):
            first = int(asked.removeprefix("bytes=").split("-")[0])
            if first >= len(body):
                return send(handler, 416, b"", [("Content-Range", f"bytes */{len(body)}")])
            sent, status = body[first:], 206
            extra.append(("Content-Range", f"bytes {first}-{len(body) - 1}/{len(body)}"))
        send(handler, status, sent, extra, length=length, only=only)


def send(handler, status, body, headers=(), length=None, only=None):
    handler.send_response(status)
    for name, value in headers:
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    handler.end_headers()
    try:
        handler.wfile.write(body if only is None else body[:only])
    except OSError:
        pass
    return True


class Bench:
    def __init__(self, varjoin, folder):
        self.varjoin, self.folder = varjoin, Path(folder)
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "home").mkdir(parents=True)
        self.environment = {name: value for name, value in os.environ.items()
                            if not name.startswith("VARJOIN_") and not name.lower().endswith("_proxy")}
        self.environment.update(VARJOIN_HOME=str(self.folder / "home"),
                                VARJOIN_TEMP_DIRECTORY=str(self.folder / "temp"))

    def run(self, *words, **environment):
        done = subprocess.run([self.varjoin, "source", *words], env={**self.environment, **environment},
                              capture_output=True, text=True, timeout=120)
        return done.returncode, done.stderr, done.stdout

    def fetch(self, *words, **environment):
        return self.run("fetch", *words, **environment)

    def start(self, *words):
        return subprocess.Popen([self.varjoin, "source", "fetch", *words], env=self.environment,
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def sum_of_scores(self, name):
        source = json.loads(self.run("show", name, "--json")[2])
        out = self.folder / "sum.csv"
        subprocess.run([self.varjoin, "query", f"COPY (SELECT count(*), sum(SCORE) FROM '{source['patterns'][0]}') "
                        f"TO '{out}' (HEADER false)"], env=self.environment, check=True, capture_output=True)
        return tuple(int(float(value)) for value in out.read_text().split(","))

    def files(self, name=""):
        folder = self.folder / "home" / "downloads" / name
        return sorted(path.name for path in folder.rglob("*") if path.is_file() and path.name != ".fetch.lock")


def sums(packed):
    scores = [int(line.rsplit("=", 1)[1]) for line in gzip.decompress(packed).decode().splitlines() if line[0] != "#"]
    return len(scores), sum(scores)


def expect(condition, *shown):
    if not condition:
        raise AssertionError(" | ".join(str(part) for part in shown))


PATH = "/data/lab.vcf.gz"


def a_good_server(bench):
    body = database(1)
    server = Server({PATH: body, PATH + ".md5": f"{hashlib.md5(body).hexdigest()}  /elsewhere/lab_2026.vcf.gz\n".encode()})
    code, err, _ = bench.fetch(server.url(PATH), "--checksum", server.url(PATH + ".md5"))
    expect(code == 0 and "1 of them checked" in err and "index" in err, code, err)
    expect(bench.sum_of_scores("lab") == sums(body), bench.sum_of_scores("lab"))
    expect(bench.files() == [], bench.files())
    shown = bench.run("show", "lab")[1:]
    expect(server.url(PATH) in shown[1], shown)
    # SHA-256 as a word; kept; found again by the second call without a byte of the body.
    sha = hashlib.sha256(body).hexdigest()
    expect(bench.fetch(server.url(PATH), "--checksum", sha, "--keep")[0] == 0)
    expect(bench.files() == ["lab.vcf.gz", "lab.vcf.gz.origin"], bench.files())
    code, err, out = bench.fetch(server.url(PATH), "--download-only")
    expect(code == 0 and "has not changed since" in err and Path(out.strip()).read_bytes() == body, code, err, out)
    expect(server.ranges_of(PATH)[-1] == f"bytes={len(body) - 1}-", server.ranges_of(PATH))
    # The publisher has a new one.
    server.files[PATH] = database(2)
    code, err, _ = bench.fetch(server.url(PATH), "--keep")
    expect(code == 0 and bench.sum_of_scores("lab") == sums(server.files[PATH]), code, err)


def a_server_that_breaks_off(bench):
    body = database(3)

    def answer(handler, path, number):
        return number <= 3 and (server.serve(handler, path, only=20000) or True)

    server = Server({PATH: body}, answer)
    code, err, _ = bench.fetch(server.url(PATH))
    expect(code == 0 and bench.sum_of_scores("lab") == sums(body), code, err)
    expect(server.ranges_of(PATH) == [None, "bytes=20000-", "bytes=40000-", "bytes=60000-"], server.ranges_of(PATH))


def a_server_that_is_down(bench):
    body = database(4)

    def answer(handler, path, number):
        if number == 1:
            return server.serve(handler, path, only=30000) or True
        return server.down and send(handler, 503, b"later")

    server = Server({PATH: body}, answer)
    server.down = True
    started = time.time()
    code, err, _ = bench.fetch(server.url(PATH))
    expect(code == 75 and "HTTP 503" in err and "the same command goes on" in err, code, err)
    expect(len(server.requests) == 5 and 8 < time.time() - started < 100, server.requests)
    expect(bench.files() == ["lab.vcf.gz.origin", "lab.vcf.gz.part"], bench.files())
    expect(bench.run("list")[2].count("lab") == 0, bench.run("list"))
    server.down = False
    code, err, _ = bench.fetch(server.url(PATH))
    expect(code == 0 and "went on after" in err and bench.sum_of_scores("lab") == sums(body), code, err)
    expect(server.ranges_of(PATH)[-1] == "bytes=30000-", server.ranges_of(PATH))


def a_server_that_is_busy_for_a_moment(bench):
    body = database(5)
    server = Server({PATH: body}, lambda handler, path, number: number == 1 and send(handler, 503, b"later"))
    code, err, _ = bench.fetch(server.url(PATH))
    expect(code == 0 and bench.sum_of_scores("lab") == sums(body), code, err)


def a_file_that_is_not_there(bench):
    server = Server({})
    code, err, _ = bench.fetch(server.url(PATH))
    expect(code == 2 and "HTTP 404" in err and server.url(PATH) in err and len(server.requests) == 1, code, err)
    expect(bench.files() == [], bench.files())


def lengths_that_are_too_short(bench):
    body = database(6)
    server = Server({PATH: body}, lambda handler, path, number: server.serve(handler, path, length=50000) or True)
    code, err, _ = bench.fetch(server.url(PATH))
    expect(code == 1 and "more than the 50,000 bytes" in err, code, err)
    expect(bench.files() == [] and "lab" not in bench.run("list")[2], bench.files())


def lengths_that_are_too_long(bench):
    body = database(7)

    def answer(handler, path, number):
        return server.serve(handler, path, length=len(body) + 1000) or True

    server = Server({PATH: body}, answer)
    server.ranges = False
    code, err, _ = bench.fetch(server.url(PATH))
    expect(code == 75 and "broke off" in err and len(server.requests) == 5, code, err)
    expect("lab" not in bench.run("list")[2])


def a_part_that_is_longer_than_the_file(bench):
    """The server's file became shorter, and it does not know If-Range."""
    body = database(8)
    server = Server({PATH: body}, lambda handler, path, number: number == 1 and send(
        handler, 416 if handler.headers.get("Range") else 200, b"", [("Content-Range", f"bytes */{len(body)}")]) or False)
    folder = bench.folder / "home" / "downloads" / "lab"
    folder.mkdir(parents=True)
    (folder / "lab.vcf.gz.part").write_bytes(b"x" * 999)
    (folder / "lab.vcf.gz.origin").write_text(json.dumps(
        {"url": server.url(PATH), "etag": '"old"', "last_modified": "", "bytes": 1000}))
    code, err, _ = bench.fetch(server.url(PATH))
    expect(code == 0 and server.ranges_of(PATH) == ["bytes=999-", None], code, err, server.ranges_of(PATH))
    expect(bench.sum_of_scores("lab") == sums(body))


def a_file_that_changes_between_two_attempts(bench):
    old, new = database(9), database(10)

    def answer(handler, path, number):
        if number == 1:
            server.serve(handler, path, only=40000)
            server.files[PATH] = new
            return True
        return False

    server = Server({PATH: old}, answer)
    code, err, _ = bench.fetch(server.url(PATH))
    expect(code == 0 and bench.sum_of_scores("lab") == sums(new), code, err)
    expect(server.ranges_of(PATH) == [None, "bytes=40000-"], server.ranges_of(PATH))


def a_server_without_ranges(bench):
    body = database(11)
    server = Server({PATH: body}, lambda handler, path, number: number == 1 and (
        server.serve(handler, path, only=40000) or True))
    server.ranges = False
    code, err, _ = bench.fetch(server.url(PATH))
    expect(code == 0 and bench.sum_of_scores("lab") == sums(body), code, err)


def a_file_that_is_not_what_its_checksum_says(bench):
    body = database(12)
    server = Server({PATH: body, "/md5": b"0" * 32 + b"  lab.vcf.gz\n"})
    code, err, _ = bench.fetch(server.url(PATH), "--checksum", server.url("/md5"))
    expect(code == 1 and "MD5" in err and hashlib.md5(body).hexdigest() in err, code, err)
    expect(bench.files() == [] and "lab" not in bench.run("list")[2], bench.files())
    # Google's storage tells the MD5 in a header.
    server.answer = lambda handler, path, number: server.serve(
        handler, path, headers=[("x-goog-hash", "crc32c=AAAAAA==,md5=AAAAAAAAAAAAAAAAAAAAAA==")]) or True
    code, err, _ = bench.fetch(server.url(PATH))
    expect(code == 1 and "0" * 32 in err, code, err)


def an_interruption(bench):
    body = database(13, 150000)
    server = Server({PATH: body})
    for how in (signal.SIGINT, signal.SIGKILL):
        process = bench.start(server.url(PATH), "--limit-rate", "50K")
        part = bench.folder / "home" / "downloads" / "lab" / "lab.vcf.gz.part"
        before = part.stat().st_size if part.exists() else 0
        deadline = time.time() + 60
        while (part.stat().st_size if part.exists() else 0) <= before and time.time() < deadline:
            time.sleep(0.02)
        stopped = time.time()
        process.send_signal(how)
        err = process.communicate(timeout=60)[1]
        expect(process.returncode == (130 if how == signal.SIGINT else -signal.SIGKILL), process.returncode, err)
        expect(time.time() - stopped < 10)
        expect(before < part.stat().st_size < len(body), part.stat().st_size, len(body))
    there = part.stat().st_size
    code, err, _ = bench.fetch(server.url(PATH))
    expect(code == 0 and "went on after" in err and bench.sum_of_scores("lab") == sums(body), code, err)
    expect(server.ranges_of(PATH)[-1] == f"bytes={there}-", server.ranges_of(PATH), there)


def a_redirection_and_a_proxy(bench):
    body = database(14)

    def answer(handler, path, number):
        return path == "/moved.vcf.gz" and send(handler, 302, b"", [("Location", PATH)])

    server = Server({PATH: body}, answer)
    code, err, _ = bench.fetch(server.url("/moved.vcf.gz"), "--name", "moved")
    expect(code == 0 and bench.sum_of_scores("moved") == sums(body), code, err)
    code, err, _ = bench.fetch("http://publisher.invalid" + PATH, http_proxy=server.url(""))
    expect(code == 0 and bench.sum_of_scores("lab") == sums(body), code, err)


def a_table_of_ones_own(bench):
    files = {f"/chr{contig}.vcf.gz": database(contig, 1000) for contig in (20, 21, 22)}
    sum_of = subprocess.run(["sum"], input=files["/chr21.vcf.gz"], capture_output=True, check=True).stdout.split()
    files["/CHECKSUMS"] = b"%s %s chr21.vcf.gz\n%s %s chr22.vcf.gz\n" % (sum_of[0], sum_of[1], b"00001", b"9")
    server = Server(files)
    table = bench.folder / "home" / "known-sources.toml"
    table.write_text(f"""
[mine]
about = "a database of our own"
columns = ["SCORE"]
where = "SCORE >= 0"
[mine.GRCh38]
files = ["{server.url('/chr{contig}.vcf.gz')}"]
contigs = ["20", "21", "22"]
checksums = "{server.url('/CHECKSUMS')}"
""")
    expect("a database of our own" in bench.fetch()[2] and "clinvar" in bench.fetch()[2], bench.fetch())
    code, err, _ = bench.fetch("mine", "--contigs", "20,chr21")
    expect(code == 0 and "1 of them checked" in err and "has no checksum of chr20.vcf.gz" in err, code, err)
    expect(bench.sum_of_scores("mine") == tuple(map(sum, zip(sums(files["/chr20.vcf.gz"]), sums(files["/chr21.vcf.gz"])))))
    source = json.loads(bench.run("show", "mine", "--json")[2])
    expect(source["assembly"] == "GRCh38" and [c["name"] for c in source["columns"]] == ["SCORE"], source)
    # chr21 is there and need not come again; chr22 has another sum.
    code, err, _ = bench.fetch("mine", "--contigs", "22", "--name", "other")
    expect(code == 1 and "sum is" in err, code, err)
    for words, said in ((["mine", "--assembly", "GRCh37"], "files for GRCh38"), (["mime"], "did you mean 'mine'"),
                        (["mine", "--contigs", "Z"], "20, 21, 22"), (["ftp://x/y"], "only https://"),
                        (["mine", "--limit-rate", "fast"], "--limit-rate"), (["http://127.0.0.1:1/"], "no file's name"),
                        (["mine", "--name", "a b"], "can't be a source's name")):
        code, err, _ = bench.fetch(*words)
        expect(code == 2 and said in err, words, code, err)
    table.write_text("[mine]\ncolums = 'x'\n[mine.GRCh38]\nfiles = ['http://x/y']\n")
    code, err, _ = bench.fetch("clinvar")
    expect(code == 2 and "colums" in err and "did you mean 'columns'" in err and str(table) in err, code, err)


def two_at_once(bench):
    body = database(15, 150000)
    server = Server({PATH: body})
    process = bench.start(server.url(PATH), "--limit-rate", "20K")
    part = bench.folder / "home" / "downloads" / "lab" / "lab.vcf.gz.part"
    deadline = time.time() + 60
    while not part.exists() and time.time() < deadline:
        time.sleep(0.02)
    code, err, _ = bench.fetch(server.url(PATH))
    process.kill()
    process.communicate()
    expect(code == 75 and "another fetch" in err, code, err)


def main():
    varjoin, folder, case = sys.argv[1:]
    globals()[case](Bench(varjoin, folder))


if __name__ == "__main__":
    main()
