# Paths that are relative to an open folder, and what the file system tells.
import os, shutil, tempfile
root = tempfile.mkdtemp()
folder = os.open(root, os.O_RDONLY)
os.mkdir("a", dir_fd=folder)
descriptor = os.open("a/file", os.O_WRONLY | os.O_CREAT, dir_fd=folder)
print(os.write(descriptor, b"hello"), os.pwrite(descriptor, b"J", 0), os.writev(descriptor, [b" wor", b"ld"]))
os.close(descriptor)
print(os.stat("a/file", dir_fd=folder).st_size, os.access("a/file", os.R_OK, dir_fd=folder))
os.symlink("a/file", "link", dir_fd=folder)
os.link("a/file", "a/second", src_dir_fd=folder, dst_dir_fd=folder)
os.rename("a/second", "third", src_dir_fd=folder, dst_dir_fd=folder)
print(os.readlink("link", dir_fd=folder), sorted(os.listdir(folder)))
print(sorted((entry.name, entry.path, entry.is_dir(), entry.stat().st_size > 0) for entry in os.scandir(folder)))
with open(os.path.join(root, "third"), "rb") as file:
    buffers = [bytearray(3), bytearray(4)]
    print(os.pread(file.fileno(), 4, 2), os.preadv(file.fileno(), buffers, 1), buffers, os.readinto(file.fileno(), buffers[0]), buffers[0])
for call in (lambda: os.rmdir("none", dir_fd=folder), lambda: os.stat("x", dir_fd="y")):
    try:
        call()
    except (OSError, TypeError) as error:
        print(type(error).__name__, error)
print(os.mkdir in os.supports_dir_fd, os.scandir in os.supports_fd, shutil.rmtree.avoids_symlink_attacks)
print(os.statvfs(root).f_bsize == os.statvfs(folder).f_bsize, os.sysconf("SC_PAGESIZE"), os.pathconf(root, "PC_NAME_MAX"))
os.close(folder)
shutil.rmtree(root)
print(os.path.exists(root))
