# os, os.path and pathlib.
import os, tempfile
from pathlib import Path
root = Path(tempfile.mkdtemp())
(root / "sub" / "deep").mkdir(parents=True)
(root / "sub" / "a.txt").write_text("hello")
(root / "b.py").write_bytes(b"x = 1\n")
print(sorted(p.relative_to(root).as_posix() for p in root.rglob("*")), (root / "sub" / "a.txt").read_text(), (root / "b.py").suffix, (root / "b.py").stem, (root / "no").exists(), (root / "sub").is_dir())
print(sorted(os.listdir(root)), [(os.path.relpath(d, root), sorted(ds), sorted(fs)) for d, ds, fs in os.walk(root)])
os.rename(root / "b.py", root / "c.py"); os.remove(root / "sub" / "a.txt")
print(sorted(os.listdir(root)), os.path.splitext("a/b.tar.gz"), os.path.normpath("a//b/../c"), os.path.join("a", "/b"), os.path.dirname("/x/y"), Path("/a") / "b" / "../c", Path("x.txt").with_suffix(".md"))
os.environ["MINE"] = "set"
print(os.environ.get("MINE"), os.getenv("NOPE", "default"), os.sep, os.getcwd() == str(Path.cwd()))
try: os.mkdir(root)
except FileExistsError as e: print(e.errno, e.strerror)
import shutil; shutil.rmtree(root)
