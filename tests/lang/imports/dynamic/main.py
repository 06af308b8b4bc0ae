# Files that appear at run time are imported too.
import sys, tempfile, os
folder = tempfile.mkdtemp()
with open(os.path.join(folder, "appeared.py"), "w") as f:
    f.write("def hello(n):\n    return 'hello ' * n\nX = [i * i for i in range(5)]\n")
sys.path.insert(0, folder)
import appeared
print(appeared.hello(2), appeared.X, appeared.__file__ == os.path.join(folder, "appeared.py"))
name = "appe" + "ared"
print(__import__(name) is appeared)
os.makedirs(os.path.join(folder, "pkg"))
with open(os.path.join(folder, "pkg", "__init__.py"), "w") as f: f.write("from .sub import y\n")
with open(os.path.join(folder, "pkg", "sub.py"), "w") as f: f.write("y = 'from sub'\n")
import pkg
print(pkg.y, pkg.sub.y)
import shutil
shutil.rmtree(folder)
