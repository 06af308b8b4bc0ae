# Other processes, and what the system knows of this one.
import fcntl, grp, os, pwd, queue, resource, subprocess, sys
print(subprocess.run(["echo", "hi"], capture_output=True, text=True))
print(subprocess.run("exit 3", shell=True).returncode, subprocess.call(["sh", "-c", "kill -9 $$"]))
print(subprocess.check_output(["cat"], input=b"abc"), subprocess.getoutput("echo x; echo y"))
for call in (lambda: subprocess.run(["/tmp/there is none/x"]), lambda: subprocess.check_call(["false"]),
             lambda: subprocess.run(["sleep", "5"], timeout=0.05), lambda: subprocess.run(["ls"], cwd="/tmp/there is none")):
    try:
        call()
    except (OSError, subprocess.SubprocessError) as error:
        print(type(error).__name__, error)
with subprocess.Popen(["sort"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
    print(process.communicate("b\na\n"), process.returncode)
print(subprocess.run(["sh", "-c", "echo $A; pwd"], env={"A": "b"}, cwd="/", stdout=subprocess.PIPE).stdout)
print(subprocess.run(["sh", "-c", "echo out; echo err >&2"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout)
read, write = os.pipe()
subprocess.run(["sh", "-c", f"echo passed >&{write}"], pass_fds=[write])
os.close(write)
print(os.read(read, 100), subprocess.run(["true"], preexec_fn=lambda: os.umask(0), start_new_session=True).returncode)
print(pwd.getpwuid(0)[0], grp.getgrgid(0).gr_name, pwd.getpwnam("root").pw_dir)
for call in (lambda: pwd.getpwnam("nobody at all"), lambda: grp.getgrgid(987654)):
    try:
        call()
    except KeyError as error:
        print(error)
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0] > 0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0)
flags = fcntl.fcntl(read, fcntl.F_GETFL)
fcntl.fcntl(read, fcntl.F_SETFL, flags | os.O_NONBLOCK)
print(fcntl.fcntl(read, fcntl.F_GETFL) & os.O_NONBLOCK == os.O_NONBLOCK)
q = queue.SimpleQueue()
q.put(1)
print(q.get(), q.empty(), q.qsize())
for arguments in ((False,), (True, 0.01)):
    try:
        q.get(*arguments)
    except queue.Empty as error:
        print(repr(error))
