#!/usr/bin/env python3
"""Shards on a real Slurm: a controller and two nodes on loopback, in a folder of their own.

usage: slurm_test.py VARJOIN SUBMIT FOLDER                     examples/slurm/submit
       slurm_test.py VARJOIN SNAKEFILE FOLDER snakemake        examples/snakemake/Snakefile, whose jobs Slurm runs

Three samples by 24 chromosomes. One shard fails once; a node is killed in the middle of a shard, whose job is queued
again; what failed is done by a second submission, and a third one does no work. What is merged is what one process
writes. With Snakemake, few shards, of which one fails once and is tried again. Skipped (77) where Slurm, munge or
Snakemake 7 is not there or can't be started, which needs root.
"""
import gzip
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

varjoin, submit, folder = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
by_snakemake = sys.argv[4:] == ["snakemake"]
PATH = os.environ["PATH"] + ":/usr/sbin:/usr/bin"
CHROMS = [f"chr{name}" for name in [*range(1, 23), "X", "Y"]]
SAMPLES = ["ann", "bob", "eve"]
SHARDS = len(SAMPLES) * len(CHROMS)
FAILS, SLOW = 5, 30  # the shard that fails once, and the one whose node is killed
ENVIRONMENT = {**os.environ, "PATH": PATH, "VARJOIN_HOME": str(folder / "home"),
               "VARJOIN_TEMP_DIRECTORY": str(folder / "temp"), "SLURM_CONF": str(folder / "slurm.conf"),
               "VARJOIN": str(folder / "varjoin"), "FOLDER": str(folder)}
daemons = []


def skip(why):
    print(f"skipped: {why}")
    sys.exit(77)


def run(*command, **more):
    done = subprocess.run([str(word) for word in command], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True,
                          timeout=900, **more)
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def start(*command):
    """A daemon in the foreground, with its children in a group of its own."""
    log = open(folder / f"{Path(command[0]).name}.log", "a")
    daemons.append(subprocess.Popen([str(word) for word in command], cwd=folder, env=ENVIRONMENT, stdout=log, stderr=log,
                                    start_new_session=True))
    return daemons[-1]


def wait_for(what, is_so, seconds=240):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.5)
    return False


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def start_slurm():
    for name in ("munged", "slurmctld", "slurmd", "sbatch"):
        if not shutil.which(name, path=PATH):
            skip(f"there is no {name} (Debian: slurm-wlm, munge)")
    if os.geteuid() != 0:
        skip("Slurm's daemons need root")
    munge = Path("/tmp") / f"varjoin-munge-{os.getpid()}"  # a socket's path is short
    munge.mkdir(mode=0o755)
    key = munge / "key"
    key.write_bytes(os.urandom(128))
    key.chmod(0o400)
    start("munged", "-F", f"--key-file={key}", f"--socket={munge}/socket", f"--pid-file={munge}/pid",
          f"--log-file={munge}/log", f"--seed-file={munge}/seed")
    ports = free_ports(3)
    host = socket.gethostname().split(".")[0]
    for name in ("state", "spool-n1", "spool-n2"):
        (folder / name).mkdir()
    nodes = "".join(f"NodeName=n{i} NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[i]} CPUs=2 RealMemory=4000\n"
                    for i in (1, 2))
    (folder / "slurm.conf").write_text(f"""ClusterName=varjoin
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={munge}/socket,cred_expire=5
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=sched_interval=2,batch_sched_delay=0
ReturnToService=2
SlurmdTimeout=20
{nodes}PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
""")
    time.sleep(1)
    start("slurmctld", "-D", "-c")
    nodes = [start("slurmd", "-D", "-N", f"n{i}") for i in (1, 2)]
    up = lambda: subprocess.run(["sinfo", "-h", "-t", "idle", "-o", "%D"], env=ENVIRONMENT, capture_output=True,
                                text=True).stdout.strip() == "2"
    if not wait_for("nodes", up, 60):
        skip("Slurm can't be started: " + (folder / "slurmctld.log").read_text()[-2000:])
    return nodes


def make_inputs():
    def write(name, sample, seed):
        choose = random.Random(seed)
        lines = ["##fileformat=VCFv4.2", '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">']
        lines += [f"##contig=<ID={chrom}>" for chrom in CHROMS]
        lines.append("\t".join(["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", sample]))
        for chrom in CHROMS:
            for position in range(100, 4100, 100):
                ref, alt = choose.sample("ACGT", 2)
                lines.append(f"{chrom}\t{position}\t.\t{ref}\t{alt}\t50\tPASS\t.\tGT\t0/1")
        (folder / name).write_text("\n".join(lines) + "\n")

    write("source.vcf", "nobody", 1)
    run(varjoin, "source", "import", "demo", "source.vcf")
    for number, sample in enumerate(SAMPLES):
        write(f"{sample}.vcf", sample, number + 2)
        run(varjoin, "convert", f"{sample}.vcf", "-o", f"{sample}.vcf.gz")
        run(varjoin, "annotate", f"{sample}.vcf.gz", "-s", "demo", "-o", f"{sample}.one.vcf.gz")
    # The real command, but one shard fails once and another takes its time once, in the middle of its work.
    (folder / "varjoin").write_text(f"""#!/bin/bash
if [[ $1 = run-shard ]]; then
  echo "$3" >> "$FOLDER/ran"
  if [[ $3 = {FAILS} && ! -e $FOLDER/failed ]]; then touch "$FOLDER/failed"; exit 1; fi
  if [[ $3 = {SLOW} && ! -e $FOLDER/slow ]]; then
    {varjoin} "$@" & pid=$!
    kill -STOP $pid
    # The node, and all that runs on it for this job, up to Slurm's own daemon of the step.
    echo "$SLURMD_NODENAME $(ps -o ppid= -p $PPID) $PPID $$ $pid" > "$FOLDER/slow.new"; mv "$FOLDER/slow.new" "$FOLDER/slow"
    wait $pid
  fi
fi
exec {varjoin} "$@"
""")
    (folder / "varjoin").chmod(0o755)


def body(path):
    with gzip.open(path, "rt") as file:
        return [line for line in file if not line.startswith("#")]


def submitted():
    return run(submit, *[f"{sample}.vcf.gz" for sample in SAMPLES], "-s", "demo", "-O", "vcf.gz", "--by", "chrom",
               "--out-dir", "out")


def jobs():
    return subprocess.run(["squeue", "-h", "-r", "-o", "%j %T %r"], env=ENVIRONMENT, capture_output=True,
                          text=True).stdout


def group_of(parent):
    """The processes below this one."""
    found = [parent]
    for pid in found:
        try:
            found += [int(child) for task in Path(f"/proc/{pid}/task").iterdir()
                      for child in (task / "children").read_text().split()]
        except OSError:
            pass
    return found


def kill(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def check_merged(made_in):
    for sample in SAMPLES:
        made = body(folder / made_in / f"{sample}.vcf.gz")
        assert len(made) == 40 * len(CHROMS) and made == body(folder / f"{sample}.one.vcf.gz"), sample


def check_snakemake():
    # The one of the distribution, whose modules belong to its Python; later ones have no --cluster.
    snakemake = shutil.which("snakemake", path="/usr/bin:/usr/local/bin:" + os.environ["PATH"])
    if not snakemake or not run(snakemake, "--version").startswith("7."):
        skip("there is no Snakemake 7 (Debian: snakemake)")
    make_inputs()
    (folder / "slow").touch()  # none is
    start_slurm()
    workflow = [snakemake, "--snakefile", submit, "--jobs", "4", "--cluster", "sbatch --parsable --mem=500M",
                "--latency-wait", "60", "--config", f"varjoin={folder / 'varjoin'}", "type=vcf.gz", "sources=demo",
                f"by={FAILS + 1}", "samples=" + " ".join(f"{sample}.vcf.gz" for sample in SAMPLES)]
    run(*workflow)
    ran = (folder / "ran").read_text().split()
    assert sorted(ran) == sorted([*map(str, range(1, FAILS + 2)), str(FAILS)]), ran
    assert list(folder.glob("slurm-*.out")), "Slurm has run nothing"
    check_merged("annotated")
    assert "Nothing to be done" in run(*workflow)
    print(f"{FAILS + 1} shards by Snakemake on two nodes, one failed once: as one process")


def check():
    make_inputs()
    nodes = start_slurm()
    told = submitted()
    assert f"of {SHARDS} shards" in told, told
    assert wait_for("the slow shard", (folder / "slow").exists), jobs()
    name, *pids = (folder / "slow").read_text().split()
    kill([*group_of(nodes[int(name[1:]) - 1].pid), *map(int, pids)])
    run("scontrol", "update", f"nodename={name}", "state=down", "reason=killed")
    start("slurmd", "-D", "-N", name)
    assert wait_for("the array", lambda: "varjoin " not in jobs()), jobs()
    ran = (folder / "ran").read_text().split()
    assert ran.count(str(SLOW)) == 2, f"the killed node's shard was not queued again: {ran.count(str(SLOW))}"
    assert not (folder / "out" / "ann.vcf.gz").exists(), "merged in spite of a shard that has failed"
    (folder / "ran").unlink()
    submitted()
    assert wait_for("the merge", lambda: not jobs().strip()), jobs()
    check_merged("out")
    (folder / "ran").unlink(missing_ok=True)
    again = submitted()
    assert f"all {SHARDS} shards are done" in again and "nothing to do" in again, again
    assert not (folder / "ran").exists() and not jobs().strip()
    print(f"{SHARDS} shards on two nodes, one killed: as one process")


shutil.rmtree(folder, ignore_errors=True)
(folder / "temp").mkdir(parents=True)
try:
    check_snakemake() if by_snakemake else check()
finally:
    if len(daemons) > 1:  # what still runs on the nodes would outlive them
        subprocess.run(["scancel", "--user=root", "--signal=KILL", "--full"], env=ENVIRONMENT, check=False, timeout=30)
        time.sleep(2)
    for daemon in reversed(daemons):
        kill(group_of(daemon.pid))
        daemon.wait()
    shutil.rmtree(Path("/tmp") / f"varjoin-munge-{os.getpid()}", ignore_errors=True)
